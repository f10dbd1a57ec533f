# Each target is one line that calls `effnet-lab` or a tool; `make help` lists them. Settings:
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
PYTEST := $(BIN)/python -m pytest
PARALLEL := --numprocesses=auto --dist=worksteal

.PHONY: lab help test test-all browser lint types bench curve exercises exercises-audit twins clean

lab: .venv/.lab ## open the first lesson in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=. $(LAB_ARGS) notebooks/00_start_here.ipynb

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.* ## /\1: /p' Makefile | awk -F': ' '{printf "%-16s %s\n", $$1, $$2}'

test: .venv/.dev ## the main things, in under four minutes on two cores
	$(PYTEST) $(PARALLEL) -m "not browser and not slow" $(TEST_ARGS)

test-all: .venv/.dev ## every test but those in a browser
	$(PYTEST) $(PARALLEL) -m "not browser" $(TEST_ARGS)

browser: .venv/.dev ## every lesson and widget in a real JupyterLab (needs Chromium)
	$(PYTEST) -m browser $(TEST_ARGS)

lint: .venv/.dev ## check style (ruff)
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.dev ## check types (mypy, strict)
	$(BIN)/mypy

bench: .venv/.dev ## timings, beside the usual ways
	$(BIN)/python -m benchmarks && $(BIN)/python -m benchmarks.widgets

curve: .venv/.lab ## train thirteen networks and draw them
	$(BIN)/effnet-lab curve $(CURVE_ARGS)

exercises: .venv/.dev ## derive exercises/ from solutions/
	$(BIN)/effnet-lab exercise derive $(EXERCISES)

exercises-audit: .venv/.dev ## test the checks of the exercises
	$(BIN)/effnet-lab exercise audit $(EXERCISES)

twins: .venv/.dev ## draw the static twins of the widgets and the README's curve again
	$(BIN)/python -m effnet_lab.lessons.twins notebooks/*.ipynb
	$(BIN)/python -c 'import effnet_lab as e, effnet_lab.view as v; v.accuracy_vs_macs(e.recorded("scaling")).save("docs/curve.svg")'

clean: ## remove whatever the targets above made
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A stamp is newer than what it was made from, so a second call installs nothing.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/.lab .venv/.dev: .venv/.%: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable ".[$*]"
	touch $@
