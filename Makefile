# 参谋 Canmou. Two commands: `make run` serves the application, `make test` passes the tests.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test lint check bench bench-check load guidance clean

run: $(VENV)/.run
	$(BIN)/canmou serve

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/canmou check
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(VENV)/.run
	$(BIN)/canmou check

bench: $(VENV)/.bench
	$(BIN)/python bench/assess.py
	$(BIN)/python bench/beside_clips.py

bench-check: $(VENV)/.test
	$(BIN)/python bench/check.py

load: $(VENV)/.test
	$(BIN)/python bench/load.py

guidance: $(VENV)/.test
	$(BIN)/python bench/guidance.py

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@

$(VENV)/.bench: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
