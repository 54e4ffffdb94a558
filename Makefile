# The commands to remember. `make` alone lists them; CONTRIBUTING.md says when each is for you.
SHELL := /bin/sh
# the first Python that runs and is recent enough; an old python3 is left to tools/setup.py to refuse in words
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && exit; done; echo python3)
BIN := .venv/bin
WORDS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run doctor test check unit db db-postgres calls browser bench messages format lock clean

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: setup  ## prepare and run everything on this machine, with the demonstration company
	@exec $(BIN)/carillon run

doctor: setup  ## say what is wrong and what to type
	@$(BIN)/carillon doctor

setup:  ## the environment, the front-end packages, the translations
	@$(PYTHON) tools/setup.py base

setup-dev:  ## the same, and what tests and checks need
	@$(PYTHON) tools/setup.py dev
	@$(PYTHON) tools/system_packages.py sipp chromium initdb msgfmt xgettext

test: setup-dev  ## every tier of tests, after installing what they need
	@$(BIN)/python tools/tests.py

check: setup-dev  ## format, lint, types, imports, migrations, translations, templates, documents
	@$(BIN)/python tools/check.py

unit: setup-dev  ## tests without database or sockets (WORDS="-k forward" goes to pytest)
	@$(BIN)/python tools/tests.py unit -- $(WORDS)

db: setup-dev  ## tests with SQLite
	@$(BIN)/python tools/tests.py db -- $(WORDS)

db-postgres: setup-dev  ## the same tests with a private PostgreSQL
	@$(BIN)/python tools/tests.py db-postgres -- $(WORDS)

calls: setup-dev  ## tests with a real Asterisk and real SIP calls
	@$(BIN)/python tools/tests.py calls -- $(WORDS)

browser: setup-dev  ## tests in a real browser, French and English, with accessibility checks
	@$(BIN)/python tools/tests.py browser -- $(WORDS)

bench: setup-dev  ## the measurements of docs/benchmarks.md, all of them (an hour; nothing else should run meanwhile)
	@$(BIN)/carillon prepare --only engine
	@for name in boot_and_memory call_rate save_to_next_call line_import; do $(BIN)/python -m bench.$$name $(WORDS) || failed=1; done; test -z "$$failed"

messages: setup-dev  ## bring the translation catalogues up to date with the code, and compile them
	@cd src/carillon && ../../$(BIN)/python ../../manage.py makemessages --all --no-location --no-wrap
	@$(BIN)/python tools/compile_messages.py

format: setup-dev  ## format code and templates
	@$(BIN)/ruff check --fix --quiet src tests tools bench manage.py; $(BIN)/ruff format src tests tools bench manage.py
	@find src -path '*/templates/*.html' -exec $(BIN)/djade --target-version 5.2 {} +

lock: setup-dev  ## write the hash-pinned requirements again after changing requirements/*.in
	@for name in base test tools dev; do \
	  UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links $(WORDS) \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean:  ## remove what was built (not the data in .carillon)
	@rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find src tests tools bench -name __pycache__ -prune -exec rm -rf {} + ; find src -name '*.mo' -delete
