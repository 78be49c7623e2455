#!/bin/sh
# make run: the demonstration district at http://127.0.0.1:8080, with five kitchen cameras and a sixth that is out of order
# Other places: DATA=..., LISTEN=HOST:PORT, OPERATORS=N
set -eu
build=$1
data=${DATA:-data}
listen=${LISTEN:-127.0.0.1:8080}
"$build"/shian demo --data "$data" --operators "${OPERATORS:-30000}" --kitchens 6
"$build"/shian-camera demo/kitchen.mp4 --listen 127.0.0.1:8554 --path /kitchen --count 5 &
camera=$!
trap 'kill $camera 2>/dev/null || true' EXIT INT TERM
echo
echo "  Shian    http://$listen"
echo "  people   officer1 officer2 officer3 reviewer1 head1 command1 auditor1 admin1"
echo "  password Shian-demo-2026"
echo
"$build"/shian serve --data "$data" --listen "$listen"
