#!/bin/sh
# A copy of a district, taken beside the running program: backup.sh DATA BACKUPS [postgresql://...]
#
#   BACKUPS/<time>/shian.db or shian.dump   the database, as it was at one moment
#   BACKUPS/<time>/rules  public            rules of the bureau's own; the public keys and the last signed head
#   BACKUPS/objects                         evidence and papers: one store for all copies, files never change
#
# The database comes first: a row is committed only after its files are in the store, so whatever the copied database
# names is there when the store is copied after it. Keys are NOT in the copy: see README.md. Recordings that nobody
# made evidence (DATA/media) are not in it either.
set -eu
umask 077

[ $# -ge 2 ] && [ $# -le 3 ] || { echo "usage: $0 DATA BACKUPS [postgresql://...]" >&2; exit 2; }
data=$1
backups=$2
db=${3:-}
[ -f "$data/keys/web.secret" ] || { echo "$0: $data is not a data folder of Shian" >&2; exit 2; }

time=$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$backups/objects"
part=$(mktemp -d "$backups/.part-XXXXXX")
trap 'rm -rf "$part"' EXIT

if [ -n "$db" ]; then
	pg_dump --format=custom --file="$part/shian.dump" "$db"
else
	# the open reading transaction holds one moment, however much is written meanwhile
	sqlite3 -bail -cmd ".timeout 10000" "$data/shian.db" "BEGIN" "SELECT count(*) FROM ledger_heads" \
		".backup '$part/shian.db'" >/dev/null
	[ "$(sqlite3 "$part/shian.db" "PRAGMA integrity_check")" = ok ] || { echo "$0: the copy is damaged" >&2; exit 1; }
fi
mkdir "$part/public"
cp -p "$data/keys/public/"*.pem "$part/public/"
[ ! -f "$data/keys/last-head" ] || cp -p "$data/keys/last-head" "$part/"
[ ! -d "$data/rules" ] || cp -pR "$data/rules" "$part/rules"

# a name is the digest of what is in it, so a file that is there already is the same one
(cd "$data/objects" && find . -type f) | LC_ALL=C sort >"$part/objects.list"
while read -r name; do
	[ -f "$backups/objects/$name" ] && continue
	mkdir -p "$backups/objects/$(dirname "$name")"
	cp -p "$data/objects/$name" "$backups/objects/.new"
	mv "$backups/objects/.new" "$backups/objects/$name"
done <"$part/objects.list"
sync -f "$backups"

mv "$part" "$backups/$time"
trap - EXIT
echo "$backups/$time: $(du -sh "$backups/$time" | cut -f1), $(wc -l <"$backups/$time/objects.list") files in the store"
