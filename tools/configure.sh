#!/bin/sh
# Configures a build folder, again when a source file came or went: configure.sh FOLDER MESON_OPTION...
# SHIAN_MESON has further options, which win: SHIAN_MESON="--buildtype=plain -Db_sanitize=none" builds fastest.
set -eu
folder=$1
shift
# shellcheck disable=SC2086 # options, split on purpose
set -- "$@" ${SHIAN_MESON:-}
list=$(mktemp)
find src tests tools/camera -name '*.c' | LC_ALL=C sort >"$list"
if [ ! -f "$folder/build.ninja" ]; then
	meson setup "$folder" "$@" >/dev/null || { meson setup "$folder" "$@"; exit 1; }
elif ! cmp -s "$list" "$folder/sources.list"; then
	meson setup --reconfigure "$folder" "$@" >/dev/null
fi
mv "$list" "$folder/sources.list"
