"""Measures what the service promises about speed and size; `python -m bench` prints all of it in one run."""
