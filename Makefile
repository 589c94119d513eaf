# statefulkit: `make lab` opens the course, `make test` runs every test.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
STAMP := .venv/installed
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)
export JUPYTER_PLATFORM_DIRS := 1

.PHONY: help setup lab release demo-class grade test notebooks bench check fuzz soak programs pictures lock clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## create .venv and install what the lock file names
	@:

$(STAMP): requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "statefulkit needs Python 3.11 or newer: install it, or name it with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --editable .
	@touch $@

lab: setup  ## open the course in JupyterLab (ARGS=--no-browser on a server)
	$(BIN)/jupyter lab $(ROOT_FLAG) --LabApp.news_url=None notebooks/00-start-here.ipynb $(ARGS)

release: setup  ## make the students' assignments in notebooks/assignments/release
	$(BIN)/python -m statefulkit.grading.course release

demo-class: setup release  ## three sample submissions to try `make grade` on
	$(BIN)/python -m statefulkit.grading.course demo

grade: setup  ## grade notebooks/assignments/submitted: grades.csv and feedback/
	$(BIN)/python -m statefulkit.grading.course grade

test: setup programs check  ## check, then run the whole test suite (ARGS=… for pytest)
	$(BIN)/python -m pytest $(ARGS)

notebooks: setup  ## run all lessons and make web pages of them in site/
	$(BIN)/python -m tests.notebooks.course site

bench: setup programs  ## measure; docs/benchmarks.md is made of it (about 30 minutes)
	mkdir -p .benchmarks
	$(BIN)/python -m pytest benchmarks -o python_files='bench_*.py' -o python_functions='bench_*' \
		--benchmark-json=.benchmarks/benchmarks.json
	$(BIN)/python -m benchmarks.latency .benchmarks/latency.md
	$(BIN)/python -m benchmarks.grading .benchmarks/grading.md
	$(BIN)/python -m benchmarks.longlived .benchmarks/longlived.md
	$(BIN)/python -m benchmarks.report .benchmarks docs/benchmarks.md

check: setup  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fuzz: setup  ## hostile writes for an hour (ARGS="--minutes 60 --seed 0")
	$(BIN)/python -m tests.fuzz $(ARGS)

soak: setup  ## a million random actions, for docs/benchmarks.md (ARGS="--steps 1000000 --workers 2 --seed 0")
	$(BIN)/python -m tests.property.soak $(ARGS)
	$(BIN)/python -m benchmarks.report .benchmarks docs/benchmarks.md

programs:  # Chromium, dig and dot for the tests; where they can't be installed these fail and say so
	@bash tests/install-programs.sh

pictures: setup programs  ## take the pictures of the README and the docs anew
	$(BIN)/python -m tests.browser.pictures docs/pictures

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group test --group grading --group bench --upgrade --output-file requirements.lock pyproject.toml

clean:  ## remove the environment and all caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis site
