# `make run` and `make test` need Python >= 3.11 and nothing else.
#
#   make run     the help desk on http://127.0.0.1:8000, data in ./var
#   make demo    the same with example data, in ./var-demo
#   make test    the whole test suite
#   make coverage  the tests, with the lines and branches they reach
#   make lint    style, types, direction of imports, migrations
#   make clean   remove what tools left behind; never data, never .venv

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
# The newest Python there is; PYTHON=/path/to/python3 chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$name && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run demo test coverage lint clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	@exec $(BIN)/python manage.py serve

demo: $(VENV)/.installed
	@DATA_DIR="$${DATA_DIR:-./var-demo}" exec $(BIN)/python manage.py serve --demo

test: $(VENV)/.installed-dev
	@exec $(BIN)/python -m pytest $(ARGS)

coverage: $(VENV)/.installed-dev
	@exec $(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

clean:
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

# The stamps are newer than pyproject.toml once it is installed, so that the next start
# does not ask pip.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing what the help desk needs (once) ..."
	@$(PIP) install -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "helpdesk: needs Python 3.11 or newer (python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "helpdesk: this Python has no venv module; on Debian: apt install python3-venv" >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV)
