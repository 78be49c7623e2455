#!/bin/sh
# make watch: builds and restarts whenever a file changes.
set -eu
build=$1
while :; do
	tools/configure.sh "$build" --buildtype=release
	if ninja -C "$build" shian; then
		"$build"/shian serve --data "${DATA:-data}" --listen "${LISTEN:-127.0.0.1:8080}" &
		server=$!
	else
		server=
	fi
	stamp=$(mktemp)
	while [ -z "$(find src web/css web/islands web/layouts web/partials rules locale -newer "$stamp" -type f 2>/dev/null | head -1)" ]; do
		sleep 1
	done
	rm -f "$stamp"
	[ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
done
