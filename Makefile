# The same words everywhere: run, demo, test, check, bench, vendor.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Some machines say that no bytecode is to be kept: then each of some hundred processes compiles all it loads anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run demo test check bench vendor clean

run: .venv/installed
	@$(BIN)/amanat setup
	@echo "To see it with invented people and reports instead: make demo"
	@$(BIN)/amanat serve

demo: .venv/installed
	@$(BIN)/amanat demo

test: .venv/developing
	@tools/packages.sh
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/python tools/postgres.py $(BIN)/pytest -n 2 --dist loadfile tests/server

check: .venv/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check.py

bench: .venv/developing
	$(BIN)/python benchmarks/log.py
	@if [ -f benchmarks/intake.py ]; then $(BIN)/python benchmarks/intake.py; fi

# Needs Node.js; only for whoever changes the vendored sealing module or verify.html.
vendor:
	cd tools/vendor && npm ci --ignore-scripts=false && node build.mjs

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "venv is missing: apt install python3-venv"; exit 1; }

.venv/installed: pyproject.toml | .venv/bin/python
	@echo "Installing Amanat into .venv: a minute."
	@$(BIN)/python -m pip install --quiet --editable '.[media]'
	@touch $@

.venv/developing: pyproject.toml | .venv/bin/python
	@echo "Installing Amanat and its tools into .venv: some minutes."
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ .venv/installed
