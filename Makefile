# Every verb sets up what it needs first; nothing else has to be installed or run before.
# ARGS goes to the tool behind the verb: make test ARGS='-k spool', make bench ARGS=ingest, make lock ARGS=--upgrade

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# The lock is complete, so pip neither resolves nor builds anything: what it installs is what was tested. It says
# nothing but errors: a line for each step tells how far it is, and what the verb prints stays on the screen.
INSTALL  = $(BIN)/python -m pip install -qq --disable-pip-version-check --root-user-action ignore --no-deps
LOCKED   = $(INSTALL) --require-hashes --only-binary :all: -r
EDITABLE = $(INSTALL) --no-build-isolation --editable .
PACKAGES = $$(grep -c '^[a-z].*==' $<) packages into $(VENV), which takes a minute or two the first time
COMPILE  = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
           --generate-hashes --no-emit-index-url --no-header
APT      = DEBIAN_FRONTEND=noninteractive sh -c 'echo "Installing from Debian: $$* ..."; \
           apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$$@" >/dev/null' apt
NPM     := tracker/node_modules/.package-lock.json
ROOT     = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null

.PHONY: help run test check lint format bench torture demo tracker docs lock clean browser wrk

help:     ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.runtime     ## start the server with demo data and print where to look
	@exec $(BIN)/goalpost demo $(ARGS)

# A file's tests share one worker, because they share its servers.
test: $(VENV)/.dev browser $(NPM)     ## run every test
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: lint test     ## the whole gate: format, lint, types, import contracts, tests

lint: $(VENV)/.dev     ## the gate without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev     ## format the code and fix what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev wrk     ## measure speed, as ratios to a floor taken in the same run
	$(BIN)/python -m bench $(ARGS)

# The load generator of the benchmark.
wrk:
	@command -v wrk >/dev/null || if $(ROOT); then $(APT) wrk; else \
	    echo "make bench needs the load generator wrk. On Debian: sudo apt-get install wrk" >&2; exit 1; fi

torture: $(VENV)/.dev     ## crash and restart it for a long time
	$(BIN)/python -m pytest -m torture tests/torture --hypothesis-profile explore $(ARGS)

demo: $(VENV)/.runtime     ## write the demo data, start nothing
	$(BIN)/goalpost demo --no-serve $(ARGS)

tracker: $(VENV)/.dev $(NPM)     ## build the script for web pages
	$(BIN)/python tracker/build.py

docs: $(VENV)/.dev     ## write the generated pages of docs/ again
	$(BIN)/python -m goalpost.coverage

lock: $(VENV)/.dev     ## lock the dependencies of pyproject.toml again
	$(COMPILE) --group build -o requirements.lock $(ARGS)
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock $(ARGS)

clean:     ## remove what was built and installed here; data stays
	rm -rf $(VENV) tracker/node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.created
	@echo "Installing $(PACKAGES) ..."
	@$(LOCKED) requirements.lock
	@$(EDITABLE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.created
	@echo "Installing $(PACKAGES) ..."
	@$(LOCKED) requirements-dev.lock
	@$(EDITABLE)
	@touch $@ $(VENV)/.runtime

# Debian's python3 cannot make an environment with pip in it until python3-venv is there.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "goalpost needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || if $(ROOT); then $(APT) python3-venv; else \
	    echo "$(PYTHON) lacks ensurepip. On Debian: sudo apt-get install python3-venv" >&2; exit 1; fi
	@[ ! -e $(VENV)/pyvenv.cfg ] || [ -e $(VENV)/.goalpost ] || \
	    { echo "$(VENV) is an environment not made here: remove it, or name another with VENV=" >&2; exit 1; }
	@echo "Creating the Python environment $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $(VENV)/.goalpost
	@touch $@

# What the tracker is minified with, and the clients of others that the tests run. Nothing of it is served.
$(NPM): tracker/package.json tracker/package-lock.json
	@command -v npm >/dev/null || if $(ROOT); then $(APT) nodejs npm; else \
	    echo "the tracker needs npm. On Debian: sudo apt-get install nodejs npm" >&2; exit 1; fi
	npm ci --prefix tracker --ignore-scripts --no-audit --no-fund
	@touch $@

# Playwright downloads its own browser only where Debian's cannot be installed. Its driver needs libatomic, which a
# bare Debian lacks, so the driver is tried too.
browser: $(VENV)/.dev
	@{ command -v chromium && $(BIN)/playwright --version; } >/dev/null 2>&1 || \
	    if $(ROOT); then $(APT) chromium libatomic1; else $(BIN)/playwright install chromium; fi
