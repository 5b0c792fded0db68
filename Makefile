# `make` alone lists what there is. Everything happens inside this folder.

PYTHON := .venv/bin/python
CONFIG := package/pyproject.toml
TESTS := tests/unit tests/conformance tests/browser tests/faults
OURS := package tests examples
# The port of `make demo` and of the Python server of `make dev`.
PORT ?= 5000
# Files of tests at a time: most tests wait, for a browser or a socket. Three browsers on two
# cores are now and then slower than a test allows: it has a second try, which the summary counts.
AT_ONCE := -n 3 --dist loadfile --reruns 1
# More for pytest, for example: make test ARGS="-k stop"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo dev generate client format check test test-faults soak test-package bench bench-client bench-scale picture build clean browser postgres redis nginx faketime strace

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: .make/python ## Prepare a checkout: the virtual environment, the tools, the client's packages.

demo: setup client ## Talk to the scripted assistant at http://127.0.0.1:5000 (or PORT=…).
	@$(PYTHON) -m gptchat demo --port $(PORT)

dev: setup ## Run the demo behind Vite, which shows every edit of the client at once.
	@(cd client && GPTCHAT_DEV_SERVER=http://127.0.0.1:$(PORT) exec node_modules/.bin/vite) & vite=$$!; \
	trap 'kill $$vite 2>/dev/null' EXIT INT TERM; \
	$(PYTHON) -m gptchat demo --port $(PORT)

generate: setup ## Write protocol.gen.ts and the README's option table from the Python sources.
	@$(PYTHON) package/generate.py

client: setup ## Build the page into the package, if it is older than its sources.
	@$(PYTHON) package/hatch_build.py

format: setup ## Put every file into the house's form.
	@$(PYTHON) -m ruff check --config $(CONFIG) --fix-only --quiet $(OURS)
	@$(PYTHON) -m ruff format --config $(CONFIG) $(OURS)
	@cd client && npx eslint --fix .

check: setup ## Lint and type-check both languages, and see that generated files are current.
	@$(PYTHON) -m ruff check --config $(CONFIG) $(OURS)
	@$(PYTHON) -m ruff format --config $(CONFIG) --check --quiet $(OURS)
	@$(PYTHON) -m mypy --config-file $(CONFIG) package/gptchat package/*.py tests
	@$(PYTHON) package/generate.py --check
	@cd client && npm run --silent lint
	@cd client && npm run --silent check

test: check client browser postgres redis nginx faketime strace .make/compared ## Everything that must hold, in one go; the last line is the verdict.
	@cd client && npm run --silent test
	@$(PYTHON) -m pytest -c $(CONFIG) $(AT_ONCE) $(TESTS) $(ARGS)

test-faults: setup client browser postgres redis nginx faketime strace ## Let network, model, disk and process misbehave for longer.
	@$(PYTHON) -m pytest -c $(CONFIG) --long -n 2 --dist loadfile --durations=20 tests/faults $(ARGS)

soak: setup ## Let a hundred people talk for 20 minutes (MINUTES=…) over lines that break.
	@MINUTES=$(or $(MINUTES),20) $(PYTHON) -m pytest -c $(CONFIG) --long -s tests/faults/test_soak.py -k SQLite $(ARGS)

test-package: setup client browser ## Install it in every way there is, and beside gptchat 0.0.12; needs the package indexes.
	@$(PYTHON) -m pytest -c $(CONFIG) --durations=0 --durations-min=1 tests/package $(ARGS)

test-fuzz: setup client browser ## Look for text that is drawn otherwise in pieces, does harm, or holds up the page.
	@$(PYTHON) -m pytest -c $(CONFIG) --long $(addprefix tests/browser/test_,markdown.py hostile_corpus.py long_chats.py) $(ARGS)

bench: setup client browser postgres ## Take every figure of tests/benchmarks/README.md anew.
	@PYTHONPATH=tests $(PYTHON) -m benchmarks

bench-client: setup browser .make/compared ## Compare how answers are drawn with other ways to: about ten minutes.
	@PYTHONPATH=tests $(PYTHON) -m benchmarks.rendering $(ARGS)

bench-scale: setup postgres redis ## Measure what a page and a stream cost, and how far that carries: a minute.
	@PYTHONPATH=tests $(PYTHON) -m benchmarks.scaling

picture: setup client browser ## Take the README's picture anew.
	@PYTHONPATH=tests $(PYTHON) -m support.picture

build: setup ## Make the sdist, and the wheel from it, in package/dist.
	@rm -rf package/dist
	@$(PYTHON) -m build package

clean: ## Remove what was built; the next verb makes it again.
	@rm -rf .make package/dist package/gptchat/static client/dist client/coverage
	@rm -rf package/.pytest_cache .mypy_cache .ruff_cache .hypothesis package/.hypothesis
	@find package tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------ what the verbs stand on

.venv/bin/python:
	@for candidate in python3.14 python3.13 python3.12 python3.11 python3; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$candidate -m venv .venv && exit 0; \
			rm -rf .venv; \
			echo "Python could not make .venv; its own words stand above. On Debian: apt-get install python3-venv." >&2; \
			exit 1; \
		fi; \
	done; \
	echo "gptchat needs Python 3.11 or newer and found none. Install python3 (with venv), then run make again." >&2; \
	exit 1

.make/node: client/package.json client/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || { \
		echo "gptchat's page needs Node.js 20.19 or newer; found $$(node --version 2>/dev/null || echo none). Install it, then run make again." >&2; \
		exit 1; \
	}
	@cd client && npm ci --no-audit --no-fund
	@mkdir -p .make && touch $@

# What the page is compared with: by no other verb, and by no other folder's packages.
.make/compared: tests/benchmarks/client/package-lock.json
	@cd tests/benchmarks/client && npm ci --no-audit --no-fund
	@mkdir -p .make && touch $@

# After the client's packages: an editable install builds the page when there is none.
.make/python: $(CONFIG) package/hatch_build.py .make/node | .venv/bin/python
	@echo "Installing the package and its tools into .venv: once, about a minute …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable './package[dev]'
	@touch $@

# $(call installed,how to see that it is there,what the tests need,Debian's package)
define installed
@if $(1); then exit 0; \
elif ! command -v apt-get >/dev/null; then \
	echo "The tests need $(2) and found none. Install it." >&2; exit 1; \
elif [ "$$(id -u)" = 0 ]; then \
	apt-get update -q && apt-get install -q -y $(3); \
elif sudo -n true 2>/dev/null; then \
	sudo apt-get update -q && sudo apt-get install -q -y $(3); \
else \
	echo "The tests need $(2) and found none. Run: sudo apt-get install $(3)" >&2; exit 1; \
fi
endef

CHROMIUMS := "$$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable

# Debian keeps its programs off a person's path. The tests start one of each for themselves.
browser:
	$(call installed,for each in $(CHROMIUMS); do command -v "$$each" && break; done >/dev/null 2>&1,Chromium (or its path in CHROMIUM),chromium)

postgres:
	$(call installed,command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1,PostgreSQL,postgresql)

redis:
	$(call installed,command -v redis-server >/dev/null,Redis,redis-server)

nginx:
	$(call installed,command -v nginx >/dev/null || ls /usr/sbin/nginx >/dev/null 2>&1,nginx,nginx)

faketime:
	$(call installed,ls /usr/lib*/faketime/libfaketimeMT.so.1 /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null | grep -q .,libfaketime,faketime)

strace:
	$(call installed,command -v strace >/dev/null,strace,strace)
