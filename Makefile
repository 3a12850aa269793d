# Two commands: `make run` and `make test`. Both set up what they need first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.stamp-run
TEST_STAMP := $(VENV)/.stamp-test
WORDS_STAMP := $(VENV)/.stamp-words
SYSTEM_STAMP := $(VENV)/.stamp-system
PO_FILES := $(wildcard locale/*/LC_MESSAGES/*.po)

.PHONY: help setup setup-test run test lint types check lock messages clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(RUN_STAMP) $(WORDS_STAMP) ## Build .venv and what running needs
	@echo "setup: ready"

setup-test: $(RUN_STAMP) $(TEST_STAMP) $(WORDS_STAMP) $(SYSTEM_STAMP)
	@echo "setup: ready for tests"

run: setup ## Set up and serve (PORT=8000, Ctrl-C ends)
	@exec $(BIN)/python manage.py up --port $(PORT)

test: setup-test ## Set up and run every test, the browser's too
	@exec $(BIN)/python -m pytest -n 2 $(ARGS)

lint: setup-test ## Style, formatting, import contracts, templates
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	./bin/check-templates

types: setup-test ## Type checker
	@$(BIN)/mypy .

check: lint types ## lint, types and missing migrations
	@$(BIN)/python manage.py makemigrations --check --dry-run

lock: $(RUN_STAMP) ## Compile requirements/*.txt from *.in, with hashes and without index addresses
	@for name in base dev; do
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --output-file requirements/$$name.txt requirements/$$name.in
	done

messages: setup-test ## Collect the shown words for the translators and compile them
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-location --no-obsolete \
	  --ignore .venv --ignore var --ignore tests --ignore benchmarks
	$(BIN)/python bin/compile_messages.py

clean: ## Remove .venv and caches; data under var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) bin/setup.py create

$(RUN_STAMP): requirements/base.txt | $(BIN)/python
	@$(PYTHON) bin/setup.py install requirements/base.txt
	touch $@

$(TEST_STAMP): requirements/dev.txt $(RUN_STAMP) | $(BIN)/python
	@$(PYTHON) bin/setup.py install requirements/dev.txt
	touch $@

$(WORDS_STAMP): $(PO_FILES) $(RUN_STAMP)
	@$(BIN)/python bin/compile_messages.py
	touch $@

$(SYSTEM_STAMP): bin/setup.py | $(BIN)/python
	@$(PYTHON) bin/setup.py system
	touch $@
