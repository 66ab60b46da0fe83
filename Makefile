# Two commands matter: `make demo` and `make test`. Both need only Python >= 3.11, make and a package index.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ORACLE := out/oracle

.PHONY: demo test test-clients test-browser lint types unit oracle bench install clean

install: $(STAMP)

$(STAMP): setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[desks,dev]'
	touch $(STAMP)

demo: $(STAMP)
	@exec $(BIN)/python -m feeds demo

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP)
	$(BIN)/mypy

# the fast part of the suite
unit: $(STAMP)
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadscope tests/unit

test: lint types
	$(BIN)/python -m pytest -n auto --dist loadscope

# real clients of other projects, each in its own environment, against a running counter (needs node and npm)
test-clients: $(STAMP)
	$(BIN)/python -m tests.clients.environments
	$(BIN)/python -m pytest -m clients tests/clients

# pages in Debian's chromium before a running counter (needs chromium, node and npm; PICTURES=1 takes those of docs/pictures anew,
# UPDATES=1000 is a shorter look at the heap)
test-browser: $(STAMP)
	cd tests/browser && npm ci --silent --no-fund --no-audit && PYTHON=$(abspath $(BIN))/python npm test --silent

# every tick of the New York replay and of a simulated hour of Pasig before gtfs-rt-validator (minutes)
oracle: $(STAMP)
	mkdir -p $(ORACLE)
	$(BIN)/python -m feeds replay --network tests/data/nyc-b63/gtfs.zip --positions tests/data/nyc-b63/traces --mapping nyc-b63 --hints none --keep-feeds --out $(ORACLE)/b63
	$(BIN)/python -m tests.oracle tests/data/nyc-b63/gtfs.zip $(ORACLE)/b63
	$(BIN)/python -m feeds build pasig --out $(ORACLE)/pasig.zip
	$(BIN)/python -m feeds simulate pasig --vehicles 130 --from $$(date -u +%Y-%m-%dT04:00Z) --to $$(date -u +%Y-%m-%dT05:00Z) --out $(ORACLE)/pasig.csv
	$(BIN)/python -m feeds replay --network $(ORACLE)/pasig.zip --positions $(ORACLE)/pasig.csv --mapping passinfo --keep-feeds --out $(ORACLE)/pasig
	$(BIN)/python -m tests.oracle $(ORACLE)/pasig.zip $(ORACLE)/pasig

bench: $(STAMP)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist out *.egg-info
