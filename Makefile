# Everything starts here: `make run`, `make test`. They need python3 (3.11 or newer), make and the package registry.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup setup-dev run test bench docs format lock

RUN := .venv/.run-$(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
DEV := .venv/.dev-$(shell cat requirements.lock requirements-dev.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps

setup: $(RUN)
setup-dev: $(DEV)

# The locks name everything, so nothing is left to be worked out, and two halves can be installed side by side: pip is busy on one core. Ours is compiled at once; of the rest Python keeps what it loads.
define installed
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements-pip.lock
	awk '/^[a-zA-Z0-9]/ { n++ } { print > (".venv/half-" n % 2 ".lock") }' $(1)
	$(PIP) --require-hashes -r .venv/half-0.lock & first=$$!; $(PIP) --require-hashes -r .venv/half-1.lock; second=$$?; wait $$first && exit $$second
	$(PIP) --no-build-isolation -e .
	$(BIN)/python -m compileall -qq -j 0 models dispatch bot web
	rm -f .venv/.run-* .venv/.dev-*
endef

# requirements-dev.lock holds all of requirements.lock: one installation is enough for both.
$(DEV):
	$(call installed,requirements-dev.lock)
	touch $(DEV) $(RUN)

$(RUN):
	$(call installed,requirements.lock)
	touch $(RUN)

# With a token in config or environment this is the service itself; without one, the demo.
run: setup
	$(BIN)/red-steward run --or-demo

test: setup-dev
	$(BIN)/python tests/check.py

bench: setup-dev
	$(BIN)/python -m bench

docs: setup-dev
	$(BIN)/python -m docs.make_lifecycle

format: setup-dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv==0.13.9
	for name in requirements requirements-dev requirements-pip; do .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate $$name.in -o $$name.lock; done
	rm -rf .venv-lock
