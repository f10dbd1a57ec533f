# Each target is one line that calls `effnet-lab` or a tool. Settings:
#   make lab LAB_ARGS="--no-browser --port 9999"    passed on to JupyterLab
#   make lab PIP_ARGS="--index-url ..."             passed on to pip
#   make test TEST_ARGS="tests/test_cost.py -v"     passed on to pytest
#   make exercises EXERCISES="01 ../my_task"        which ones; all by default
#   make PYTHON=python3.12 lab                      which Python makes .venv

PYTHON ?= python3
PIP_ARGS ?=
LAB_ARGS ?=
TEST_ARGS ?=
CURVE_ARGS ?=
EXERCISES ?=
BIN := .venv/bin

.PHONY: lab test browser lint types bench curve exercises exercises-audit twins clean

lab: .venv/.lab
	$(BIN)/jupyter lab --notebook-dir=. $(LAB_ARGS) notebooks/00_start_here.ipynb

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal -m "not browser" $(TEST_ARGS)

browser: .venv/.dev
	$(BIN)/python -m pytest -m browser $(TEST_ARGS)

lint: .venv/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

bench: .venv/.dev
	$(BIN)/python -m benchmarks && $(BIN)/python -m benchmarks.widgets

curve: .venv/.lab
	$(BIN)/effnet-lab curve $(CURVE_ARGS)

exercises: .venv/.dev
	$(BIN)/effnet-lab exercise derive $(EXERCISES)

exercises-audit: .venv/.dev
	$(BIN)/effnet-lab exercise audit $(EXERCISES)

twins: .venv/.dev
	$(BIN)/python -m effnet_lab.lessons.twins notebooks/*.ipynb

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A stamp is newer than what it was made from, so a second call installs nothing.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/.lab .venv/.dev: .venv/.%: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable ".[$*]"
	touch $@
