# `make demo` and `make test` need Python 3.11 or later and nothing else: each first sets up
# .venv from requirements.lock, which takes a minute once and nothing after that.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

# Compiled modules must be kept: without them every start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
# Nothing but .venv decides which modules are found.
unexport PYTHONPATH PYTHONHOME

# A virtual environment that no longer runs is made anew.
ifneq ($(shell test -x $(BIN)/python && $(BIN)/python -c 'print("runs")' 2>/dev/null),runs)
$(shell rm -f $(VENV)/locked $(VENV)/ready)
endif

.PHONY: help
help:  ## List what can be made.
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1	/p' Makefile | expand -t 20

.PHONY: demo
demo: setup  ## Convert a shipped model, prove the artifact, score rows with it.
	@mkdir -p demo
	$(BIN)/mlconvert inspect golden/churn/model.joblib
	$(BIN)/mlconvert golden/churn/model.joblib --to onnx --golden golden/churn -o demo/churn.onnx
	$(BIN)/mlconvert predict demo/churn.onnx --data golden/churn/inputs.parquet -o demo/churn.csv
	@head -n 4 demo/churn.csv

.PHONY: test
test: setup  ## Run the everyday tests.
	$(BIN)/python -m pytest -n 2 -m "not slow"

.PHONY: test-all
test-all: setup  ## Run all tests, the slow ones too.
	$(BIN)/python -m pytest -n 2

.PHONY: test-pandas2
test-pandas2: setup  ## Run the tests of tracing with pandas 2.2, and all else as it is locked.
	$(BIN)/python -m venv --clear .venv-pandas2
	.venv-pandas2/bin/python -m pip install -q --disable-pip-version-check --no-deps "pandas==2.2.*" pytz
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > \
		"$$(.venv-pandas2/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/locked.pth"
	.venv-pandas2/bin/python -m pytest -n 2 tests/tracing

.PHONY: lint
lint: setup  ## Check style, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: setup  ## Put the code in the one form that lint expects.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: benchmark
benchmark: setup  ## Measure against what one would write by hand. Wants a quiet machine.
	$(BIN)/python -m benchmarks.whole_process
	$(BIN)/python -m benchmarks.forest
	$(BIN)/python -m benchmarks.functions
	$(BIN)/python -m benchmarks.batch
	$(BIN)/python -m benchmarks.pmml

.PHONY: setup
setup: $(VENV)/ready  ## Set up .venv.
	@$(BIN)/python -m compileall -q mlconvert.py converter adapters

$(VENV)/ready: $(VENV)/locked pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/locked: requirements.lock
	@test -n "$(PYTHON)" || { echo "mlconvert needs Python 3.11 or later, and none was found. \
	Name one with 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.PHONY: lock
lock:  ## Choose the newest versions that pyproject.toml allows, for Python 3.11 and later.
	"$(PYTHON)" -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install -q --disable-pip-version-check uv
	.venv-lock/bin/uv pip compile pyproject.toml --all-extras --group dev --upgrade \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock
	rm -r .venv-lock

.PHONY: clean
clean:  ## Remove what the other targets made.
	rm -rf $(VENV) .venv-pandas2 dist demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
