# `make help` lists the targets.
PYTHON ?= python3
# Processes the tests run in, and further arguments for pytest: make test JOBS=2 PYTEST_ARGS="-k routes -x"
JOBS ?= 0
PYTEST_ARGS ?=
export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test coverage lint format types architecture forms lock bench build clean .venv

help: ## List the targets
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: ## Install what is missing and open the window on the demo company
	@.ci/system run
	@.ci/venv
	@.venv/bin/enate-desktop demo

test: ## Install what is missing and run every test
	@.ci/system test
	@.ci/venv
	@.ci/test -n $(JOBS) $(PYTEST_ARGS)

coverage: .venv ## Run every test with branch coverage
	@.ci/test -n $(JOBS) --cov --cov-report=term-missing:skip-covered $(PYTEST_ARGS)
	@.venv/bin/coverage report --fail-under=95 --include='enate_desktop/domain/*,enate_desktop/routing/*,enate_desktop/services/*'

lint: .venv ## Check rules and formatting (ruff)
	@.ci/lint

format: .venv ## Format the code and mend what ruff can mend
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

types: .venv ## Check types (mypy --strict)
	@.ci/types

architecture: .venv ## Check that imports point downward (import-linter)
	@.venv/bin/lint-imports --no-logo

forms: .venv ## Compile ui/*.ui to enate_desktop/forms/
	@.ci/system run
	@.venv/bin/python -m enate_desktop.forms

lock: .venv ## Choose the newest allowed versions and pin them in requirements.lock
	@.ci/lock

bench: .venv ## Measure; prints one table per file of bench/
	@for file in bench/[!_]*.py; do [ -e "$$file" ] || continue; echo "== $$file"; .venv/bin/python "$$file" || exit 1; done

build: .venv ## Make the one-folder program in dist/ (PyInstaller)
	@.venv/bin/python -c 'import PyInstaller' 2>/dev/null || .venv/bin/python -m pip install -q pyinstaller
	@.venv/bin/python -m PyInstaller --noconfirm --clean build.spec

clean: ## Remove environment, builds and caches
	rm -rf .venv .servers build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv: # always looked at, instant when it is up to date
	@.ci/venv
