#!/bin/sh
# What recording a camera costs, own RTSP reader against libavformat's: bench-media.sh BUILD
# H.264 of 4 Mb/s and H.265 of 2.5 Mb/s, 1080p at 25 pictures a second, keyframes 2 s apart, from the sample clip.
# BENCH_CAMERAS (20), BENCH_SECONDS (30), BENCH_DIR (/var/tmp): the disk that is recorded to.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: bench-media.sh BUILD}" && pwd)
folder=$(mktemp -d "${BENCH_DIR:-/var/tmp}/shian-bench-media-XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
# clip NAME ENCODER OPTIONS...
clip() {
	name=$1
	shift
	ffmpeg -nostdin -loglevel error -stream_loop -1 -i "$root/demo/kitchen.mp4" -t 10 -an \
		-vf 'fps=25,scale=1920:1080,noise=alls=12:allf=t' -pix_fmt yuv420p -g 50 "$@" -y "$folder/$name.mp4"
}
clip h264 -c:v libx264 -preset veryfast -profile:v main -bf 0 -sc_threshold 0 -b:v 4M -minrate 4M -maxrate 4M -bufsize 4M
clip h265 -c:v libx265 -preset ultrafast -tag:v hvc1 -b:v 2500k -maxrate 2500k -bufsize 2500k \
	-x265-params log-level=none:bframes=0:keyint=50:min-keyint=50:scenecut=0:open-gop=0
for codec in h264 h265; do
	"$build/bench_media" "$build/shian-camera" "$folder/$codec.mp4" $codec "$folder"
done
