# The same commands for people and for CI. Everything a machine needs beyond Rust, Node and Python is installed here.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# A target folder outside the clone is used where there is one: the store takes a quarter of an hour to build.
ifndef CARGO_TARGET_DIR
  ifneq ($(wildcard ../target/.),)
    export CARGO_TARGET_DIR := $(abspath ../target)
  else
    export CARGO_TARGET_DIR := $(abspath target)
  endif
endif
BINARY := $(CARGO_TARGET_DIR)/debug/soundings
RELEASE := $(CARGO_TARGET_DIR)/release/soundings
VENV := $(CARGO_TARGET_DIR)/venv
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

ASSETS := assets/built/manifest.json

.PHONY: run
run: build ## serve the demonstration on http://127.0.0.1:8080
	$(BINARY) demo --data soundings-demo --listen 127.0.0.1:8080 --credentials soundings-demo.json

.PHONY: build
build: machine $(ASSETS) ## build the program
	cargo build --locked

.PHONY: test
test: machine $(ASSETS) ## every test: the program's own, the contract's, the pages' in a browser
	cargo test --locked
	python3 -m unittest discover -q -s tests/bench
	$(MAKE) contract
	$(MAKE) browser

.PHONY: ci
ci: machine fmt lint test deny docs ## the whole gate

.PHONY: fmt
fmt: ## is the code formatted?
	cargo fmt --check

.PHONY: lint
lint: machine $(ASSETS) ## is the code clean?
	cargo clippy --locked --all-targets -- -D warnings

.PHONY: docs
docs: machine $(ASSETS) ## does every public item have its documentation?
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib

.PHONY: deny
deny: ## licences, sources and known weaknesses of what we depend on
	@command -v cargo-deny >/dev/null || [ -x "$(CARGO_TARGET_DIR)/tools/bin/cargo-deny" ] || \
		cargo install --locked --quiet --root "$(CARGO_TARGET_DIR)/tools" cargo-deny
	PATH="$(CARGO_TARGET_DIR)/tools/bin:$$PATH" cargo deny check licenses bans sources

.PHONY: assets
assets: $(ASSETS) ## what the browser gets beside pages: compiled and bundled

$(ASSETS): assets/package-lock.json assets/build.mjs assets/main.scss assets/icon.svg $(wildcard assets/js/*.mjs)
	npm ci --prefix assets --no-audit --no-fund --silent
	npm run --prefix assets --silent build

.PHONY: contract
contract: build $(VENV)/.ready tests/contract/node_modules/.ready ## lint the contract, use a generated client
	$(VENV)/bin/python tests/contract/run.py --binary $(BINARY) --only lint
	$(VENV)/bin/python tests/contract/run.py --binary $(BINARY) --only client

BROWSER := tests/browser/node_modules/.ready /usr/bin/chromium /usr/bin/java

.PHONY: browser
browser: build $(BROWSER) ## the pages in Chromium: every person's tasks, every kind of page, what must never happen
	node tests/browser/run.mjs --binary $(BINARY)

.PHONY: shots
shots: build $(BROWSER) ## pictures of every kind of page, wide and narrow, in tests/browser/shots
	node tests/browser/run.mjs --binary $(BINARY) --only looks --shots

.PHONY: fuzz
fuzz: build $(VENV)/.ready ## every operation with thousands of requests, as three identities
	$(VENV)/bin/python tests/contract/run.py --binary $(BINARY) --only fuzz

.PHONY: openapi
openapi: build ## write the contract that the code has
	$(BINARY) openapi > openapi/v1.json

.PHONY: prove
prove: build /usr/bin/strace ## kills, syncs, refusals, slow clients, bombs, leaks, backups: the long way
	python3 tests/prove

.PHONY: bench
bench: machine $(ASSETS) /usr/bin/wrk ## measure the release build beside its floor, and write BENCHMARKS.md
	cargo build --locked --release
	python3 tests/bench/run.py --binary $(RELEASE) --write BENCHMARKS.md

.PHONY: machine
machine: ## what the machine needs: a C++ compiler that RocksDB's bindings can use
	@command -v clang >/dev/null && ls /usr/lib/llvm-*/lib/libclang*.so* >/dev/null 2>&1 || \
		($(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends clang libclang-dev g++ curl)

$(VENV)/.ready: tests/contract/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

tests/contract/node_modules/.ready: tests/contract/package-lock.json
	npm ci --prefix tests/contract --no-audit --no-fund --silent
	touch $@

tests/browser/node_modules/.ready: tests/browser/package-lock.json
	npm ci --prefix tests/browser --no-audit --no-fund --silent
	touch $@

/usr/bin/java:
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends default-jre-headless

/usr/bin/wrk /usr/bin/strace /usr/bin/chromium:
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $(notdir $@)
