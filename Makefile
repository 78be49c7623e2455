# Two commands do everything on a fresh Debian 12: make run, make test. The rest is for who works on it.
BUILD = build
MESON = meson setup --buildtype=release -Db_ndebug=false

.PHONY: run build test check watch bench bench-watch bench-search bench-scales bench-warnings bench-targeting bench-ledger tamper fuzz fuzz-hour format install-packages clean

run: build
	tools/run.sh $(BUILD)

# the program at build/shian, release flags, with the browser's files and the models beside it
build: install-packages
	@tools/configure.sh $(BUILD) --buildtype=release
	ninja -C $(BUILD) shian shian-camera
	tools/models/fetch.sh $(BUILD)/models

test: install-packages
	tools/run-tests

# one domain's or room's tests in a second: make check D=cases
check:
	@tools/configure.sh build-dev --buildtype=debugoptimized -Db_sanitize=address,undefined
	tools/run-tests --only "$(D)"

# rebuilds and restarts whenever a source changes
watch: build
	tools/watch.sh $(BUILD)

bench: build
	tools/bench.sh $(BUILD)

# what watching a kitchen costs, beside other ways to watch it
bench-watch: build
	ninja -C $(BUILD) bench_media bench_vision
	tools/bench-media.sh $(BUILD)
	tools/bench-vision.sh $(BUILD) $(BUILD)/models
	bench/watch.py $(BUILD)

# the search over 300,000 operators, on both databases, beside the scan it replaces
bench-search: build
	ninja -C $(BUILD) bench_search
	SHIAN_SOURCE=$(CURDIR) SHIAN_BUILD=$(CURDIR)/$(BUILD) tools/pg-test.sh $(BUILD)/bench_search

# the grid, all grades and the order of visits of 300,000 operators, on both databases
bench-scales: build
	ninja -C $(BUILD) bench_scales
	SHIAN_SOURCE=$(CURDIR) SHIAN_BUILD=$(CURDIR)/$(BUILD) tools/pg-test.sh $(BUILD)/bench_scales

# the early warnings of a whole district, on both databases
bench-warnings: build
	ninja -C $(BUILD) bench_warnings
	SHIAN_SOURCE=$(CURDIR) SHIAN_BUILD=$(CURDIR)/$(BUILD) tools/pg-test.sh $(BUILD)/bench_warnings

# who to visit next, on visits that were made
bench-targeting: build
	ninja -C $(BUILD) bench_targeting
	tools/bench-targeting.sh $(BUILD)

# what the ledger costs, up to FACTS facts (ten million takes an hour), beside the same without it; on both databases
FACTS = 1000000
bench-ledger: build
	ninja -C $(BUILD) bench_ledger
	SHIAN_SOURCE=$(CURDIR) tools/pg-test.sh $(BUILD)/bench_ledger $(FACTS)

# CHANGES random changes to rows, files, order and dates on both databases: all found, no false alarm
CHANGES = 10000
SEED = 20261128
tamper: build
	ninja -C $(BUILD) tamper
	SHIAN_SOURCE=$(CURDIR) tools/pg-test.sh $(BUILD)/tamper $(CHANGES) $(SEED)

fuzz: install-packages
	tools/fuzz.sh

# random bytes at the decoders and at the parsers of streams, for an hour
fuzz-hour: install-packages
	tools/fuzz.sh --hour

format:
	tools/check-format --mend

install-packages:
	@tools/install-packages

clean:
	rm -rf build build-*
