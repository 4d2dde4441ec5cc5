# The habits of the project; see CONTRIBUTING.md.

.PHONY: check test race race-all test-arm64 test-32bit test-big-endian generate fuzz bench bench-peers bench-convert crosscheck reproducible sbom

check: ## everything CI does
	.ci/run

test: ## the tests
	go test ./...

race: ## the race detector over what runs on several processors; it needs a C compiler
	CGO_ENABLED=1 go test -race -short ./ir ./convert ./runtime/... ./formats/caffe ./formats/npy ./check ./golden ./pixels ./runner ./weights
	CGO_ENABLED=1 go test -race -run TestEightAtOnce ./conformance

race-all: ## the race detector over everything, which takes an hour
	CGO_ENABLED=1 go test -race -timeout 3h ./...

# qemu-user does not say at which address a mapping ended.
EMULATED = -skip CutOffWhileMapped

test-arm64: ## the engines with NEON, emulated by qemu-user
	GOARCH=arm64 CGO_ENABLED=0 go test $(EMULATED) -exec qemu-aarch64 ./runtime/... ./ir

test-32bit: ## the engines with the portable kernels on a 32-bit processor
	GOARCH=arm CGO_ENABLED=0 go test $(EMULATED) -exec qemu-arm ./runtime/... ./ir

test-big-endian: ## engines and formats on a big-endian processor
	GOARCH=s390x CGO_ENABLED=0 go test $(EMULATED) -exec qemu-s390x ./runtime/... ./ir ./formats/...

generate: ## the assembly of the kernels and the nets of testdata, byte for byte as committed
	go -C runtime/internal/kernel/_generate run . ..
	go run ./testdata/nets/make.go testdata/nets

bench: ## Go benchmarks; compare two runs with: go tool -modfile=tools/go.mod benchstat OLD NEW
	go test -run '^$$' -bench . -count 5 ./runtime/...

FUZZTIME ?= 30s
fuzz: ## every fuzz target for FUZZTIME
	@for package in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; \
	    go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
	  done; \
	done

crosscheck: ## read and run what we write with other people's programs
	crosscheck/run

bench-peers: ## alexconv and ONNX Runtime in turns on the same processors
	crosscheck/bench

bench-convert: ## conversion of the 244 MB AlexNet beside cp and sync, python3-onnx and numpy, in turns
	go run -C crosscheck ./benchconvert

reproducible: ## two builds in two folders give the same bytes
	.ci/reproducible

sbom: ## what the executable is made of, as CycloneDX JSON
	CGO_ENABLED=0 go build -trimpath -o alexconv ./cmd/alexconv
	./alexconv version --sbom >alexconv.cdx.json
