#!/bin/bash
# Feeds each parser of the house with what libFuzzer makes of its corpus, under the address and undefined-behaviour
# sanitizers.
#
#     tools/fuzz.sh [TARGET...]      FUZZ_SECONDS (20) for each target of fuzz/, or for those named: csv json ...
#     tools/fuzz.sh --hour           random bytes at the decoders and the parsers of streams for an hour, shared among them
#     tools/fuzz.sh --smoke          each target runs through its corpus once; part of make test
#
# What is found stays in build-fuzz/found/ and ends this with 1. New inputs that reach further are kept in
# build-fuzz/corpus/; the ones in fuzz/corpus/ are small and chosen by hand.
set -eu
cd "$(dirname "$0")/.."
out=build-fuzz
flags='-std=gnu2x -D_GNU_SOURCE -Isrc -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined'
seconds=${FUZZ_SECONDS:-20}
smoke=
[ "${1:-}" != --smoke ] || { smoke=1; shift; }
if [ "${1:-}" = --hour ]; then
	set -- decode picture keyframe nal mp4 jpeg rtsp rtp rtmp ps gb_rtp sip manscdp
	seconds=$((3600 / $#))
fi

base='src/core/base/*.c'
crypto='src/core/ledger/crypto*.c'
model="src/core/model/*.c $crypto $base src/core/db/*.c"
# name: sources | libraries
targets="
draw: src/domains/draws/file.c src/core/ledger/generator.c src/domains/draws/lots.c src/domains/draws/replay.c $crypto $base | libcrypto libsodium
sample: src/domains/appraisals/replay.c src/domains/appraisals/sample.c src/core/ledger/generator.c $crypto $base | libcrypto libsodium
csv: $base |
visits: src/domains/targeting/visits.c $base |
geojson: src/domains/grid/geometry.c src/core/model/node.c src/core/model/json.c $base | jansson
table_csv: src/domains/inspections/table_csv.c src/core/model/node.c src/core/model/json.c $base | jansson
json: src/core/model/json.c src/core/model/node.c $base | jansson
template: src/core/page/*.c src/core/model/node.c src/core/model/json.c $base | jansson
catalog: src/core/page/catalog.c $base |
fields: $model src/workers/vision/hours.c | sqlite3 libpq libcrypto libsodium jansson
site_head: src/workers/vision/site_head.c src/workers/vision/site_heads.c src/workers/vision/features.c $base | jansson libavutil
lists: src/workers/media/roster.c src/core/recordings/segment.c src/workers/vision/config.c src/workers/vision/hours.c src/workers/vision/rules.c src/workers/vision/zone.c src/workers/vision/finding.c $base | jansson
http_parse: src/core/http/parse.c src/core/http/values.c src/core/http/multipart.c $base |
websocket: src/core/http/frames.c $base | libcrypto
ledger: src/core/ledger/*.c $base src/core/db/*.c src/core/proc/sandbox.c | sqlite3 libpq libcrypto libsodium libseccomp p11-kit-1
proof: src/core/ledger/*.c $base src/core/db/*.c src/core/proc/sandbox.c | sqlite3 libpq libcrypto libsodium libseccomp p11-kit-1
paper_template: src/core/documents/*.c $base | libcrypto jansson cairo pangocairo pangoft2 fontconfig libqrencode libpng zlib
png: src/core/documents/*.c $base | libcrypto jansson cairo pangocairo pangoft2 fontconfig libqrencode libpng zlib
reading: src/workers/sensors/payload.c src/workers/sensors/devices.c $base | jansson
mp4: src/core/recordings/box.c src/core/recordings/fragment_read.c src/core/recordings/segment.c $base |
rtsp: src/workers/media/rtsp_message.c src/workers/media/rtsp_url.c src/workers/media/rtsp_auth.c src/workers/media/sdp.c src/workers/media/span.c $base | libcrypto
rtp: src/workers/media/rtp.c src/workers/media/depack.c src/workers/media/depack_h264.c src/workers/media/depack_h265.c $base |
keyframe: src/workers/vision/keyframe.c src/core/recordings/box.c $base |
nal: src/workers/media/nal.c src/core/recordings/segment.c $base |
ps: src/workers/gb/ps.c src/workers/media/nal.c $base |
sip: src/workers/gb/sip.c $base | libosip2
manscdp: src/workers/gb/manscdp.c $base | expat
gb_rtp: src/workers/gb/rtp.c $base |
rtmp: src/workers/media/rtmp.c src/workers/media/rtmp_command.c src/workers/media/amf.c src/workers/media/flv.c src/workers/media/nal.c $base |
onvif: src/workers/onvif/xml.c src/workers/onvif/ask.c src/workers/onvif/answer.c src/workers/onvif/address.c $base | expat libcrypto libcurl
jpeg: src/workers/media/jpeg.c src/core/recordings/still.c $base |
picture: src/workers/vision/unpack.c src/workers/vision/shown.c src/workers/vision/scene.c src/workers/vision/finding.c src/workers/vision/picture.c src/workers/vision/look.c $base | libavformat libavcodec libavutil libswscale libjpeg libpng
decode: src/workers/vision/unpack.c src/workers/vision/shown.c src/workers/vision/scene.c src/workers/vision/finding.c src/workers/vision/picture.c src/workers/vision/look.c $base | libavformat libavcodec libavutil libswscale libjpeg libpng
"

# object SOURCE: compiles what is older than its source or than any header
object() {
	local to=$out/obj/${1%.c}.o
	mkdir -p "${to%/*}"
	if [ ! -f "$to" ] || [ "$1" -nt "$to" ] || [ "$newest" -nt "$to" ]; then
		# shellcheck disable=SC2086 # flags are words
		clang $flags $cflags -fsanitize=fuzzer-no-link,address,undefined -c -o "$to" "$1" >&2
	fi
	echo "$to"
}

# build NAME SOURCES LIBRARIES
build() {
	local sources objects='' s
	cflags='' libs=''
	if [ -n "${3// /}" ]; then
		# shellcheck disable=SC2086
		cflags=$(pkg-config --cflags $3) libs=$(pkg-config --libs $3)
	fi
	# shellcheck disable=SC2086
	sources=$(ls $2 | grep -v '/test_')
	for s in $sources fuzz/fuzz_$1.c; do
		objects="$objects $(object "$s")"
	done
	# shellcheck disable=SC2086
	clang -fsanitize=fuzzer,address,undefined -o "$out/fuzz_$1" $objects $libs -lz -lm -lpthread # zlib: of core/base/zip.c
}

command -v clang >/dev/null || { echo "fuzz.sh: clang is not installed" >&2; exit 2; }
mkdir -p $out/found
newest=$(find src -name '*.h' -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2-)
for file in fuzz/fuzz_*.c; do
	name=${file#fuzz/fuzz_}
	grep -q "^${name%.c}:" <<<"$targets" || { echo "fuzz.sh: $file has no line among the targets of tools/fuzz.sh" >&2; exit 2; }
done
failed='' ran=0
while IFS=: read -r name rest; do
	[ -n "$name" ] || continue
	if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
		continue
	fi
	[ -n "$(ls fuzz/corpus/"$name" 2>/dev/null)" ] || { echo "fuzz.sh: fuzz/corpus/$name is empty" >&2; exit 2; }
	build "$name" "${rest%%|*}" "${rest#*|}"
	mkdir -p "$out/corpus/$name"
	begun=$(date +%s)
	if [ -n "$smoke" ]; then
		words=(-runs=0 "fuzz/corpus/$name")
	else
		words=("-max_total_time=$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 "$out/corpus/$name" "fuzz/corpus/$name")
	fi
	ran=$((ran + 1))
	if UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 SHIAN_FUZZ=1 "$out/fuzz_$name" -artifact_prefix="$out/found/$name-" \
		"${words[@]}" >"$out/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$out/$name.log")
		echo "ok      fuzz $name${runs:+: $runs inputs} ($(($(date +%s) - begun)) s)"
	else
		failed="$failed $name"
		echo "FAILED  fuzz $name"
		grep -avE '^(#[0-9]+\s+(NEW|REDUCE|pulse|INITED)|INFO)' "$out/$name.log" | tail -60
	fi
done <<<"$targets"
[ $ran -gt 0 ] || { echo "fuzz.sh: no target is named so" >&2; exit 2; }
[ -z "$failed" ] || { echo "fuzz.sh: found something in:$failed"; exit 1; }
