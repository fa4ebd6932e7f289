# make run: the demo district on this machine. make test: every test. Nothing else is needed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT
.DEFAULT_GOAL := help
.PHONY: help run test quick check setup fix messages docs bench bench-scale clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

run: $(VENV)/run.stamp ## set up, load the demo district, serve it on 127.0.0.1 (PORT=8000)
	@$(BIN)/zengyi serve --port $(PORT) --migrate --work --demo

test: $(VENV)/dev.stamp ## every test, on SQLite, on PostgreSQL and in a browser
	@$(BIN)/python -m tests

quick: $(VENV)/dev.stamp ## the tests of what was changed, and of what lies above it, on SQLite
	@$(BIN)/python -m tests quick

check: $(VENV)/dev.stamp ## style, types, import contracts, migrations, translations, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check --quiet src
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m django makemigrations --check --dry-run --settings zengyi.project.settings
	$(BIN)/python -m zengyi.develop.catalogue check
	$(BIN)/python -m zengyi.develop.reference check docs

fix: $(VENV)/dev.stamp ## format, and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt --quiet src

messages: $(VENV)/dev.stamp ## bring the English catalogues up to date with the code
	$(BIN)/python -m zengyi.develop.catalogue update

docs: $(VENV)/dev.stamp ## write the documents that are made from the code
	$(BIN)/python -m zengyi.develop.reference write docs

bench: $(VENV)/bench.stamp ## measure against pgbench, raw SQL, Django REST framework and django-hordak
	$(BIN)/python -m benchmarks all

bench-scale: $(VENV)/dev.stamp ## measure every page at the size of a district: 1,000,000 orders (SCALE="--orders 300000 --database postgres" changes it)
	$(BIN)/python -m benchmarks.scale $(SCALE)

setup: $(VENV)/dev.stamp ## only set up, for working on the code

clean: ## remove what was set up and run here
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; 'make PYTHON=python3.11 …' names one"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/bench.stamp: requirements-bench.lock $(VENV)/dev.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@
