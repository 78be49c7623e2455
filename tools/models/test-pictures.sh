#!/bin/sh
# Brings the pictures that the tests of the models look at into DEST: dog.jpg and person.jpg of Debian's package darknet
# (Joseph Redmon; GPL-3+, MIT or WTFPL), 3 MB, which is only unpacked. They are neither shipped nor installed.
#
#     tools/models/test-pictures.sh DEST
set -eu
[ $# -eq 1 ] || { echo "usage: tools/models/test-pictures.sh DEST" >&2; exit 1; }
mkdir -p "$1"
DEST=$(cd "$1" && pwd)
sums() {
	echo '5a9522051c3cec2bbd2f6323fccba32e8fbf3ddcc2b3e2fd46b04c720bc6f866  dog.jpg'
	echo 'cdcbab947e46110fc2b77784ac54ddbbab2640f1e44cb5e91fc8984a9793a7d1  person.jpg'
}
good() { sums | (cd "$1" && sha256sum -c --status 2>/dev/null); }
good "$DEST" && exit 0
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
# the download's signature and digest are apt's business
(cd "$WORK" && apt-get download -qq -o APT::Sandbox::User=root darknet >/dev/null) ||
	{ echo "test-pictures.sh: apt-get cannot bring the package darknet (apt-get update?)" >&2; exit 1; }
dpkg-deb -x "$WORK"/darknet_*.deb "$WORK/deb"
cd "$WORK/deb/usr/share/darknet/data"
good . || { echo "test-pictures.sh: the pictures are not the pinned ones" >&2; exit 1; }
cp dog.jpg person.jpg "$DEST"
