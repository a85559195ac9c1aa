# Everything starts here: `make run`, `make test`. They need python3 (3.11 or newer), make and the package registry.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup setup-dev run test bench docs format lock

setup: .venv/.run-$(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
setup-dev: setup .venv/.dev-$(shell cat requirements-dev.lock 2>/dev/null | cksum | cut -d' ' -f1)

.venv/.run-%:
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	rm -f .venv/.run-* && touch $@

.venv/.dev-%:
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	rm -f .venv/.dev-* && touch $@

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
	for name in requirements requirements-dev; do .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate $$name.in -o $$name.lock; done
	rm -rf .venv-lock
