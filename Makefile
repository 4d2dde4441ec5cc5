# The habits of the project; see CONTRIBUTING.md.

.PHONY: check test fuzz bench bench-peers crosscheck

check: ## everything CI does
	.ci/run

test: ## the tests
	go test ./...

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
