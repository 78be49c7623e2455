#!/bin/sh
# Follows docs/guide/add-a-domain.md to the letter: copies the sources to a temporary folder, runs the commands of its
# sh blocks there one after another, and expects success. KEEP=1 leaves the folder. Built without optimization, for speed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
guide=docs/guide/add-a-domain.md
home=$(mktemp -d "${TMPDIR:-/tmp}/shian-guide.XXXXXX")
clean() {
	status=$?
	if [ -n "${KEEP:-}" ]; then echo "kept: $home" >&2; else rm -rf "$home"; fi
	exit "$status"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

cd "$root"
if [ -e .git ]; then
	git ls-files -z --cached --others --exclude-standard >"$home/list"
else
	find . -path './build*' -prune -o -path '*/node_modules' -prune -o -type f -print0 >"$home/list"
fi
mkdir "$home/shian"
xargs -0 sh -c 'for f do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh <"$home/list" | xargs -0 cp --parents -t "$home/shian"
[ ! -d web/node_modules ] || ln -s "$root/web/node_modules" "$home/shian/web/node_modules"

cd "$home/shian"
awk -v out="$home/block" '/^## / { title = substr($0, 4) }
	/^```sh$/ { n++; file = sprintf("%s%02d", out, n); print "# " title "\nset -eu" > file; taking = 1; next }
	/^```$/ { taking = 0; next } taking { print > file }' "$guide"
[ -e "$home/block05" ] || { echo "guide.sh: $guide has lost its commands" >&2; exit 1; }
export SHIAN_MESON="--buildtype=plain -Db_sanitize=none" SHIAN_MODELS="$root/build/models"
unset SHIAN_DEV_BUILD
for block in "$home"/block*; do
	begun=$(date +%s)
	if ! sh "$block" >"$home/out" 2>&1; then
		cat "$home/out"
		echo "guide.sh: these commands of $guide failed:"
		sed 's/^/    /' "$block"
		exit 1
	fi
	echo "ok - $(sed -n '1s/^# //p' "$block"), commands ${block#"$home/block"} ($(($(date +%s) - begun)) s)"
done
