#!/bin/sh
# Every number of the README, each beside its alternative measured in the same run: bench.sh BUILD [GROUP...]
# Groups: page writes ledger start import sensors. One line a number: bench: NAME = VALUE UNIT (vs ALTERNATIVE)
# BENCH_SECONDS (6) a measurement; BENCH_OPERATORS (30000); BENCH_DIR (/var/tmp): the disk that writes go to.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: bench.sh BUILD [GROUP...]}" && pwd)
shift
exec python3 "$root/bench/bench.py" "$build" "$@"
