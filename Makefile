# Two commands do everything on a fresh machine: `make tour` and `make test`. `make help` lists the rest.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
SOURCES := $(shell find src kernels -type f -not -name '*.pyc') \
           pyproject.toml meson.build meson.options README.md
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help tour test bench docs lint types check generate dev asan bounds clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(PYTHON):
	python3 -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'

# One stamp for each dependency group of pyproject.toml.
$(VENV)/.group-%: pyproject.toml | $(PYTHON)
	$(PIP) install --group $*
	@touch $@

# After `make dev`, importing opsin is what compiles; to install a copy instead would undo it.
IN_PLACE := $(VENV)/.in-place

build/.installed: $(VENV)/.group-build $(VENV)/.group-runtime $(SOURCES)
	@echo "Compiling opsin: several minutes the first time, without output; build/kernel-objects keeps the kernels for the next time."
	$(if $(wildcard $(IN_PLACE)),$(PYTHON) -c 'import opsin',$(PIP) install --no-build-isolation --no-deps --force-reinstall -Cbuild-dir=build/wheel .)
	@mkdir -p build && touch $@

tour: build/.installed $(VENV)/.group-photographs  ## Build opsin and walk once through the coins photograph
	$(PYTHON) examples/tour.py

test: build/.installed $(VENV)/.group-photographs $(VENV)/.group-test  ## Run the whole test suite
	$(PYTHON) -m pytest -n auto $(ARGS)

bench: build/.installed $(VENV)/.group-photographs $(VENV)/.group-test $(VENV)/.group-bench  ## Race the peers; ONLY=median for one
	$(PYTHON) benchmarks/race.py $(if $(ONLY),--only $(ONLY)) $(ARGS)

docs: build/.installed $(VENV)/.group-photographs $(VENV)/.group-docs  ## Build the documentation into docs/_build
	$(PYTHON) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	! grep -rE --include='*.html' '<(script|link|img)[^>]+(src|href)="(https?:)?//' docs/_build/html

lint: $(VENV)/.group-lint  ## Check style, layers and file lists
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) tools/check_layers.py

types: build/.installed $(VENV)/.group-lint  ## Check the types of the package
	$(PYTHON) -m mypy

# Builds that check every access to memory, each in a folder of its own and named after its option of meson.
build/%/.installed: $(VENV)/.group-build $(VENV)/.group-runtime $(SOURCES)
	$(PIP) install --no-build-isolation --no-deps --upgrade --target build/$*/site \
	  -Cbuild-dir=build/$*/wheel -Csetup-args=-D$*=true .
	@touch $@

# test_strips.py runs all operations; the tests of kernels that are left out read their source, or compile it anew.
CHECKED_TESTS := $(addprefix tests/kernels/,test_histogram.py test_strips.py test_window.py) tests/compiled
SANITIZER = $(shell $(CC) -print-file-name=libasan.so) $(shell $(CC) -print-file-name=libstdc++.so)

asan: build/asan/.installed $(VENV)/.group-photographs $(VENV)/.group-test  ## Test kernels and irregular code with AddressSanitizer
	rm -f build/asan/report.*
	LD_PRELOAD="$(SANITIZER)" ASAN_OPTIONS=detect_leaks=0:log_path=build/asan/report PYTHONPATH=build/asan/site \
	  $(PYTHON) -m pytest -n auto $(CHECKED_TESTS) $(ARGS) || { cat build/asan/report.*; exit 1; }

bounds: build/bounds/.installed $(VENV)/.group-photographs $(VENV)/.group-test  ## Test irregular code with bounds checks
	PYTHONPATH=build/bounds/site $(PYTHON) -m pytest -n auto $(CHECKED_TESTS) $(ARGS)

generate: build/.installed  ## Write the generated files again
	$(PYTHON) tools/generate.py

check: lint types  ## Everything but the tests: style, types, generated files, documentation
	$(PYTHON) tools/generate.py --check
	$(MAKE) docs

dev: $(VENV)/.group-build $(VENV)/.group-runtime $(VENV)/.group-photographs $(VENV)/.group-test $(VENV)/.group-lint  ## Install in place; importing opsin compiles what changed
	$(PIP) install --no-build-isolation --no-deps -e .
	@touch $(IN_PLACE)

clean:  ## Remove what was built
	rm -rf build .venv docs/_build docs/gallery
