#!/bin/sh
# Bundles web/ for the program: build-web.sh SOURCE_ROOT OUTDIR STAMP DEPFILE. Needs node; brings the packages of
# web/package-lock.json when they are not there or have changed.
set -eu
out=$(realpath -m "$2") stamp=$3 depfile=$(realpath -m "$4") stamp_path=$(realpath -m "$3")
cd "$1/web"
if [ ! -f node_modules/.stamp ] || ! cmp -s package-lock.json node_modules/.stamp; then
	npm ci --no-audit --no-fund --loglevel=error
	cp package-lock.json node_modules/.stamp
fi
node build.mjs "$out"
{
	printf '%s:' "$stamp"
	find "$1/web" -path '*/node_modules' -prune -o -type f \( -name '*.css' -o -name '*.js' -o -name '*.mjs' -o -name '*.ts' \
		-o -name '*.svg' -o -name '*.json' \) -print | while read -r f; do printf ' %s' "$f"; done
	echo
} >"$depfile"
touch "$stamp_path"
