# The only entrance. Everything is installed into .venv; only `make system` touches the machine, and says so.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TEST_ARGS ?=
WITNESSES := tests/sandbox/witnesses
NODE_PACKAGES := $(WITNESSES)/node_modules/.package-lock.json
# One process more than there are processors: the long tests mostly wait. What a file shares stays in one of them.
TEST_PROCESSES ?= $(shell expr $$(nproc) + 1)

.PHONY: demo test check bench screenshots system requirements witnesses

demo: $(VENV)/run
	$(BIN)/peremena demo

test: $(VENV)/dev $(NODE_PACKAGES)
	@sh deploy/system-packages.sh for-tests
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup --no-loadscope-reorder $(TEST_ARGS)

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --check --lint --quiet peremena vk_sandbox

# `make bench kill`: the words after `bench` are the measurement and are no targets of their own.
BENCH = $(filter-out bench,$(MAKECMDGOALS))
bench: $(VENV)/dev
	$(BIN)/peremena bench $(or $(BENCH),--help) $(BENCH_ARGS)
ifeq ($(firstword $(MAKECMDGOALS)),bench)
$(BENCH): bench
	@:
endif

# Pictures of every page and state, for people to look at, and those of the guides.
PICTURES ?= build/screenshots
screenshots: $(VENV)/dev
	$(BIN)/python -m pytest tests/browser -k screenshots --screenshots=$(PICTURES)
	$(BIN)/python -m pytest tests/browser -k guide --guide=docs/ru/pictures

# What comes from the system: prints each line before it is run.
system:
	sh deploy/system-packages.sh install

# Each stamp is newer than the requirements that made it, so a second start installs nothing.
$(VENV)/run: requirements/run.txt pyproject.toml
	@test -e $(VENV)/dev || sh deploy/make-venv.sh "$(PYTHON)" $(VENV) requirements/run.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt pyproject.toml
	@sh deploy/make-venv.sh "$(PYTHON)" $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/run

# Clients of VK for Node; where they cannot be had, the tests that need them skip, and say so.
$(NODE_PACKAGES): $(WITNESSES)/package-lock.json
	@sh deploy/node-packages.sh $(WITNESSES)

# Runs the tests of the stand-in and renews the record of what other people's clients saw, and the README's table.
witnesses: $(VENV)/dev $(NODE_PACKAGES)
	$(BIN)/python -m pytest tests/sandbox --renew-witnesses

# For developers who change a requirement; needs uv. Hashes, no addresses.
COMPILE = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
requirements:
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) -c requirements/run.txt requirements/dev.in -o requirements/dev.txt
