#!/bin/sh
# What a look costs: tools/bench-vision.sh BUILD [MODELS]. Makes clips from the sample clip at run time (1080p with a
# keyframe each 2 s and 4 s, a 360p sub stream, and a still 1080p scene with a sensor's noise), then BUILD/bench_vision.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$1
MODELS=${2:-${SHIAN_MODELS:-$BUILD/models}}
DIR=$(mktemp -d "${BENCH_DIR:-/var/tmp}/shian-bench-vision-XXXXXX")
trap 'rm -rf "$DIR"' EXIT
trap 'exit 1' HUP INT TERM
# clip NAME FILTER GOP BITRATE: the first two segments
clip() {
	ffmpeg -v error -ss 4 -i "$ROOT/demo/kitchen.mp4" -vf "$2" -r 25 -t 10 -an -c:v libx264 -profile:v main -preset fast \
		-b:v "$4" -g "$3" -keyint_min "$3" -sc_threshold 0 -f hls -hls_segment_type fmp4 -hls_time 1 -hls_list_size 0 \
		-hls_fmp4_init_filename "init-$1.mp4" "$DIR/$1.m3u8"
	mv "$DIR/${1}0.m4s" "$DIR/seg-$1.m4s"
	mv "$DIR/${1}1.m4s" "$DIR/next-$1.m4s"
}
noise='noise=alls=6:allf=t'
clip 1080p-gop2 "scale=1920:1080,$noise" 50 4M
clip 1080p-gop4 "scale=1920:1080,$noise" 100 4M
clip 360p-sub "scale=640:360,$noise" 50 500k
clip 1080p-still "trim=end_frame=1,loop=-1:1,scale=1920:1080,$noise" 50 4M
"$BUILD/bench_vision" "$DIR" "$MODELS" 1080p-gop2 1080p-gop4 360p-sub 1080p-still
