# The two commands of the README: `make run` and `make test`. Needs Python 3.11 or newer and pip; PYTHON names another one.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CASE ?= kazakhstan-2022
EFFORT ?= quick
FILES ?= 100000
JOBS ?= 2

.PHONY: run test long lint fuzz lock clean
.DELETE_ON_ERROR:

run: $(VENV)/.ready
	$(BIN)/realpolitik run $(CASE) --effort $(EFFORT)

test: $(VENV)/.ready-to-test
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile

# The long form of tests that have a short one: processes killed at more moments, in more runs. About half an hour.
long: $(VENV)/.ready-to-test
	REALPOLITIK_LONG=1 $(BIN)/python -m pytest tests/fitting/test_kill.py tests/fitting/test_cluster.py

lint: $(VENV)/.ready-to-test
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check src tests

# The long form of tests/fuzz: so many spoiled cases are read (docs/robustness.md).
fuzz: $(VENV)/.ready-to-test
	$(BIN)/python -m tests.fuzz --files $(FILES)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "realpolitik needs Python 3.11 or newer; name one like this: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp is written only when everything before it worked, so an interrupted install is taken up again.
$(VENV)/.locked: requirements.lock | $(BIN)/python
	@echo "Installing the locked packages; the first time this takes about a minute."
	$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

# Installed in place: an edit of the source or of a case is seen by the next command.
$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# For maintainers: solve the locks anew (needs uv). They hold names, versions and hashes, nothing else.
UV_COMPILE = uv pip compile --quiet --no-config --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-build-options $(UV_OPTIONS)
lock:
	$(UV_COMPILE) pyproject.toml --extra build --output-file requirements.lock
	$(UV_COMPILE) pyproject.toml --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
