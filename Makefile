# Two commands are enough: `make publish` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install install-test publish test quick lint format docs bench models wheels lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# argostranslate's own sentence splitter (stanza, spaCy, torch: 1.5 GB) is left out: docs/install.md.
.venv/run.stamp: .lock/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing (once)"
	@$(PIP) install --no-deps --require-hashes -r .lock/run.txt
	@$(PIP) install --no-deps --require-hashes -r .lock/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable . --editable models
	@touch $@

.venv/test.stamp: .lock/test.txt .venv/run.stamp
	@echo "installing what the tests need (once)"
	@$(PIP) install --no-deps --require-hashes -r .lock/test.txt
	@touch $@

install: .venv/run.stamp ## make .venv with the workflow command

install-test: .venv/test.stamp

publish: install ## the main job: sync, draft, check and publish every edition
	$(BIN)/workflow sync
	$(BIN)/workflow draft
	$(BIN)/workflow check
	$(BIN)/workflow publish --all
	@echo "The pages are in $(CURDIR)/editions; open $(CURDIR)/editions/index.html in a browser."

test: install-test ## all tests
	$(BIN)/pytest

quick: install-test ## the tests that take no time
	$(BIN)/pytest -m "not slow"

lint: install-test ## format, lint and types, as CI asks for them
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: install-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: install-test ## docs/commands.md out of --help
	$(BIN)/python tests/test_cli.py

bench: install-test ## measure, as ratios against a peer or a limit of the same run
	$(BIN)/python benchmarks/run.py

# The packages of models/ again, from PAIRS (models/training/README.md): hours on a CPU. `make models ONLY=en_zh` makes one.
PAIRS ?= ../shared/training/pairs
TRAIN := models/training/work/venv/bin
models/training/work/venv/done: models/training/requirements.txt .lock/run.txt
	@$(PYTHON) -m venv models/training/work/venv
	@$(TRAIN)/python -m pip --disable-pip-version-check --quiet install -r models/training/requirements.txt
	@$(TRAIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r .lock/run.txt
	@$(TRAIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r .lock/build.txt
	@$(TRAIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

models: models/training/work/venv/done ## train the packages of models/ again (hours)
	$(TRAIN)/python models/training/make.py $(PAIRS) $(if $(ONLY),--only $(ONLY))

wheels: install-test ## dist/: the program, and the starter packages as a wheel of their own
	$(BIN)/python -m hatchling build --target wheel --directory dist
	cd models && ../$(BIN)/python -m hatchling build --target wheel --directory ../dist

# needs uv; the files name no registry
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: ## pin the dependencies anew
	$(COMPILE) pyproject.toml --output-file .lock/run.txt
	$(COMPILE) --group build --output-file .lock/build.txt
	$(COMPILE) pyproject.toml --group build --group test --output-file .lock/test.txt

clean: ## take away what was made
	rm -rf .venv editions .mypy_cache .ruff_cache .pytest_cache .hypothesis
