# Everything happens in .venv in this folder; nothing is installed anywhere else. `make help` lists the targets.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
DURATION ?= 120
INPUTS ?= 25000

# The first python that is new enough; PYTHON=... overrules it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

# Stands for what was installed: another lock, other metadata or another folder gives another name.
STAMP := $(VENV)/installed-$(shell { pwd; cat requirements.lock pyproject.toml; } | cksum | cut -d' ' -f1)
PIP := $(PY) -m pip --quiet --no-input --disable-pip-version-check

.PHONY: help install demo test coverage check format chaos fuzz bench contracts clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(STAMP) ## Make .venv with exactly the packages of requirements.lock
	@echo "$(BIN)/schakel"

$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "schakel: Python 3.11 of nieuwer is nodig en is niet gevonden (zoek het pakket python3 van uw systeem)." >&2; \
		echo "schakel: Python 3.11 or newer is needed and was not found; name one with: make install PYTHON=..." >&2; \
		exit 1; fi
	@if ! "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "schakel: aan $(PYTHON) ontbreekt venv. Op Debian en Ubuntu: sudo apt install python3-venv" >&2; \
		echo "schakel: $(PYTHON) lacks the venv module. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
		exit 1; fi
	@echo "Pakketten klaarzetten in $(VENV), de eerste keer enkele minuten ..." >&2
	@{ grep -qsF "$(CURDIR)/$(VENV)" $(BIN)/activate && $(PIP) --version >/dev/null 2>&1; } \
		|| "$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@rm -f $(VENV)/installed-*
	@touch $@

demo: $(STAMP) ## Play half a school year of a region (ONCE=1, JONGEREN=2000, SEED=1, PERSONEN=file.csv)
	@$(BIN)/schakel demo $(if $(ONCE),--once) $(if $(JONGEREN),--jongeren $(JONGEREN)) \
		$(if $(SEED),--seed $(SEED)) $(if $(PERSONEN),--personen "$(PERSONEN)")

test: $(STAMP) ## Run every test: the fast ones, those on real servers, a short chaos run
	$(PY) -m pytest -m "not connected and not chaos"
	$(PY) -m pytest -m "connected and not chaos"
	$(PY) -m pytest -m chaos

coverage: $(STAMP) ## The same tests but chaos, with branch coverage per file
	$(PY) -m pytest -m "not chaos" --cov --cov-report=term:skip-covered

check: $(STAMP) ## Format, lint, types, borders between packages, contracts and protocols up to date
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(BIN)/lint-imports
	$(PY) -m contracts.generate --check
	$(BIN)/schakel contracts --check
	$(BIN)/schakel instellingen --check
	$(BIN)/schakel verstrekkingen --check
	$(BIN)/schakel protocol check
	$(BIN)/schakel protocol coverage --check

format: $(STAMP) ## Put the code in the house format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

chaos: $(STAMP) ## Kill services and servers at random under load and compare with a model (DURATION=120, SEED=...)
	$(PY) -m tests.chaos --duration $(DURATION) $(if $(SEED),--seed $(SEED))

fuzz: $(STAMP) ## Damage real messages and make up requests, with other chances each time (INPUTS=25000)
	FUZZ_INPUTS=$(INPUTS) $(PY) -m pytest -m fuzz tests/fuzz

bench: $(STAMP) ## Measure the chain beside the naive design and the limit of this machine
	@$(BIN)/schakel bench

contracts: $(STAMP) ## Write schemas, examples, AsyncAPI, the event catalogue and the list of rules from the code
	$(PY) -m contracts.generate
	$(BIN)/schakel contracts
	$(BIN)/schakel instellingen --bladzijde
	$(BIN)/schakel verstrekkingen --bladzijde
	$(BIN)/schakel protocol coverage

clean: ## Remove caches; .venv and the data in .schakel stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage build dist
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
