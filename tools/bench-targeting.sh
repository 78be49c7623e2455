#!/bin/sh
# Who to visit next on the shared visits of Chicago: tools/bench-targeting.sh BUILD [VISITS.csv.gz]
# Without a file: TARGETING_VISITS, else shared/data/chicago in the source or in a folder above it.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$1
FILE=${2:-${TARGETING_VISITS:-}}
NAME=shared/data/chicago/visits-to-2014-04-16.csv.gz
at=$ROOT
while [ -z "$FILE" ]; do
	if [ -f "$at/$NAME" ]; then
		FILE=$at/$NAME
	elif [ "$at" = / ]; then
		echo "bench-targeting.sh: $NAME is neither here nor in a folder above: give the file, or set TARGETING_VISITS" >&2
		exit 2
	fi
	at=$(dirname "$at")
done
exec "$BUILD/bench_targeting" "$FILE"
