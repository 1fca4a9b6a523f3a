# Everything here also works by hand; the Makefile only remembers the order.
# What the machine needs is in scripts/requirements.

SWIFT ?= swift
BIN := .build/debug
# Optimised, and therefore compiled apart.
BENCH := .build/bench

SWIFT_FILES = find Package.swift Sources Tests Benchmarks openapi -name '*.swift' -print0
FORMAT = $(SWIFT_FILES) | xargs -0 $(SWIFT) format
SETTINGS = --configuration .swift-format

.DEFAULT_GOAL := help
.PHONY: help requirements programs demo market-day up test fuzz interop soak bench bench-quick \
	bench-intake bench-programs lint check format clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

requirements:
	@scripts/requirements

# All five programs in one build. The first build compiles the dependencies and takes minutes.
programs: requirements
	@scripts/build

demo: programs ## Play the whole story against a stack of its own: pay out, pay, refund, redeem
	@$(BIN)/wijkmunt demo

market-day: programs ## Play a day of 20 shops and 200 residents, and hold all books against each other
	@scripts/market-day

up: programs ## Run PostgreSQL and all services on this machine until Ctrl-C
	@$(BIN)/wijkmunt up

# As many at once as this where the toolchain can say so: more only wait for each other.
width = $(shell $(SWIFT) test --help-hidden \
	| sed -n 's/^ *\(--experimental-maximum-parallelization-width\) .*/\1 32/p')

# Each starts hundreds of programs, and beside tests with deadlines takes the processors from them.
WALKS = DocumentWalkTests

test: requirements ## Build everything and run all tests
	@scripts/build --build-tests
	@$(SWIFT) test --skip-build $(width) --skip $(WALKS)
	@$(SWIFT) test --skip-build --filter $(WALKS)

# SEED is optional: make fuzz SEED=42
fuzz: programs ## Fuzz the HTTP interfaces against their documents; SEED repeats a run
	@scripts/requirements fuzz
	@scripts/fuzz $(if $(SEED),--seed $(SEED))

interop: programs ## Let libraries of others get tokens, read QR codes, bank files, webhooks, events
	@scripts/requirements interop
	@scripts/interop

# SECONDS and SEED are optional: make soak SECONDS=14400 SEED=42
soak: programs ## Try to break everything for twenty minutes, or SECONDS; SEED repeats a run
	@$(BIN)/wijkmunt-soak $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

# The first optimised build takes a quarter of an hour on two cores.
bench-programs:
	@scripts/requirements bench
	@scripts/build --configuration release --static-swift-stdlib --scratch-path $(BENCH)

bench: bench-programs ## Measure against the targets; takes about half an hour
	@$(BENCH)/release/wijkmunt-benchmarks

bench-quick: bench-programs ## The same in fewer rounds: under two minutes of measuring
	@$(BENCH)/release/wijkmunt-benchmarks --quick

# LINES and ROUNDS are optional: make bench-intake LINES=100000,1000000 ROUNDS=3
bench-intake: bench-programs ## Measure a payment file of LINES lines, from upload to last credit
	@$(BENCH)/release/wijkmunt-benchmarks intake $(if $(LINES),--lines $(LINES)) $(if $(ROUNDS),--rounds $(ROUNDS))

lint: ## Check the formatting
	@$(FORMAT) lint --strict --parallel $(SETTINGS)

check: requirements lint ## Check the formatting, and that our own sources compile without a warning
	@scripts/build --build-tests --no-warnings

format: ## Format all Swift files
	@$(FORMAT) --in-place --parallel $(SETTINGS)

clean: ## Remove what was built; what `make up` keeps in .wijkmunt stays
	@$(SWIFT) package clean
