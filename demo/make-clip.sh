#!/bin/sh
# Makes kitchen.mp4, the picture of the sample camera. Not run by the build: the result is kept in the
# repository so that a build needs neither the source clip nor an encoder.
#
#   sh make-clip.sh one-by-one-person-detection.mp4 [start seconds] [end seconds]
#
# H.264 main profile, 4:2:0, no B frames (a camera sends none), one keyframe every 2 s exactly in closed
# groups (what the media worker cuts at), no sound, at most 1.5 MB. The cut is a multiple of 2 s long, so
# that the keyframes keep their rhythm where the loop closes.
set -eu
src=${1:?usage: make-clip.sh SOURCE.mp4 [START] [END]}
start=${2:-5}
end=${3:-45}
out=$(dirname "$0")/kitchen.mp4

ffmpeg -v error -y -ss "$start" -to "$end" -i "$src" -an -map_metadata -1 \
	-vf "fps=10,format=yuv420p,setparams=range=tv" \
	-c:v libx264 -profile:v main -preset veryslow -crf 23 -bf 0 \
	-g 20 -keyint_min 20 -sc_threshold 0 -flags +cgop -x264-params open-gop=0:stitchable=1 \
	-movflags +faststart -fflags +bitexact -flags:v +bitexact "$out"

size=$(wc -c <"$out")
if [ "$size" -gt 1500000 ]; then
	echo "make-clip.sh: $out has $size bytes, more than 1.5 MB: choose a shorter cut" >&2
	exit 1
fi
echo "$out: $size bytes"
