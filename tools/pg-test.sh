#!/bin/sh
# Starts a throw-away PostgreSQL on a UNIX socket in a temporary folder, runs the given command with
# SHIAN_TEST_PG set to its URL, and removes it again: tools/pg-test.sh ninja -C build test
# Works for root (the server then runs as user postgres) and for anybody else.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

bin=${PG_BIN:-}
for dir in /usr/lib/postgresql/*/bin; do
	[ -n "${PG_BIN:-}" ] || { [ -x "$dir/initdb" ] && bin=$dir; }
done
[ -n "$bin" ] || { echo "$0: PostgreSQL is not installed (package postgresql)" >&2; exit 2; }

# a socket's path may have 107 bytes, so the folder is in /tmp whatever TMPDIR says
home=$(mktemp -d /tmp/pg-test.XXXXXX)

as_server() {
	if [ "$(id -u)" = 0 ]; then
		(cd "$home" && runuser -u postgres -- env LC_ALL=C.UTF-8 "$@")
	else
		(cd "$home" && LC_ALL=C.UTF-8 "$@")
	fi
}

stop() {
	status=$?
	trap - EXIT INT TERM HUP
	[ -z "${child:-}" ] || kill "$child" 2>/dev/null || true
	as_server "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$home"
	exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if [ "$(id -u)" = 0 ]; then
	chown postgres "$home"
fi
chmod 755 "$home"
as_server "$bin/initdb" -D "$home/data" -U shian -A trust -E UTF8 --locale=C.UTF-8 -N >"$home/initdb.log" 2>&1 ||
	{ cat "$home/initdb.log" >&2; exit 1; }
as_server "$bin/pg_ctl" -D "$home/data" -l "$home/server.log" -w -t 60 start >/dev/null \
	-o "-c listen_addresses='' -c unix_socket_directories='$home' -c unix_socket_permissions=0777 \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 \
	-c shared_buffers=64MB -c max_wal_size=256MB" ||
	{ cat "$home/server.log" >&2; exit 1; }

SHIAN_TEST_PG="postgresql:///postgres?host=$home&user=shian"
export SHIAN_TEST_PG
echo "SHIAN_TEST_PG=$SHIAN_TEST_PG" >&2

# in the background, so that a signal to this script ends it, and the server, at once
"$@" &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
