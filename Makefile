# SPDX-License-Identifier: GPL-2.0-or-later
# `make demo` shows what abicheck does, `make test` runs the fast tests. Both set themselves up:
# they need python3 (3.11 or newer) with pip, git, and the network for the first run.

PYTHON ?= python3
VENV   ?= .venv
PY      = $(VENV)/bin/python
INSTALLED = $(VENV)/.installed
PYTEST  = $(PY) -m pytest -q -n 2
FAST    = -m 'not oracle and not fuzz and not trees and not packaging and not browser'

.PHONY: help demo pages test rule lint style types layers format floors judges oracle fuzz-layout trees compilers programs bench clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo         what abicheck says about a small tree of ours and about this machine'
	@echo 'make test         the fast tests'
	@echo 'make pages        run what the README and docs/examples show, and write what it prints'
	@echo 'make lint         ruff, mypy, the layers'
	@echo 'make floors       the fast tests with the oldest libraries we claim to support'
	@echo 'make trees        fetch real header trees into .trees/ (packages, 500 MB)'
	@echo 'make compilers    fetch GCC for every target Debian packages into .trees/ (200 MB)'
	@echo 'make programs     install what tests of integrations run: Chromium, mutt, git send-email'
	@echo 'make oracle       every record of a real tree against every compiler (after both)'
	@echo 'make judges       both front ends, both layout engines, batches, over whole trees (long)'
	@echo 'make fuzz-layout  generated records against every compiler (after compilers)'
	@echo 'make bench        how long things take, as ratios'
	@echo 'make rule         the stubs of a new rule: NAME=group/rule-name'
	@echo 'make clean        remove all that these made, .trees/ too'

$(INSTALLED): pyproject.toml tools/venv
	@tools/venv $(PYTHON) $(VENV) -e '.[dev]'
	@touch $@

demo: $(INSTALLED)
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" tools/demo

pages: $(INSTALLED)
	@$(PY) -m tools.sessions

test: $(INSTALLED)
	@$(PYTEST) $(FAST)

lint: style types layers

style: $(INSTALLED)
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check .

types: $(INSTALLED)
	@$(PY) -m mypy

layers: $(INSTALLED)
	@$(VENV)/bin/lint-imports

floors:
	@mkdir -p .floors
	@$(PYTHON) -m tools.floors test > .floors/constraints.txt
	@tools/venv $(PYTHON) .floors/venv -c .floors/constraints.txt -e '.[test]'
	@.floors/venv/bin/python -m pytest -q -n 2 -W default $(FAST)

rule: $(INSTALLED)
	@$(PY) -m tools.new_rule '$(NAME)'

format: $(INSTALLED)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

judges: $(INSTALLED)
	@$(PYTEST) -m trees

oracle: $(INSTALLED)
	@$(PYTEST) -m oracle

fuzz-layout: $(INSTALLED)
	@HYPOTHESIS_PROFILE=ci $(PYTEST) -m fuzz

trees:
	@$(PYTHON) -m tools.trees

compilers: $(INSTALLED)
	@$(PYTHON) -m tools.compilers
	@tools/venv $(PYTHON) $(VENV) -e '.[dev,oracle]'

programs:
	@$(PYTHON) -m tools.programs

bench: $(INSTALLED)
	@$(PY) -m bench

clean:
	rm -rf $(VENV) .trees .demo .floors dist build .pytest_cache .mypy_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis .coverage bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
