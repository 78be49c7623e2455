#!/bin/bash
# The command line as its users know it: commands.sh BUILD. A line a check; the last line counts them.
# 30,000 operators in and out, tampering found, the camera's eye on good and on hostile files.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: commands.sh BUILD}" && pwd)
shian=$build/shian
work=$(mktemp -d "${TMPDIR:-/tmp}/shian-commands.XXXXXX")
server=
number=0 failed=0
clean() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	[ -z "$server" ] || wait "$server" 2>/dev/null
	chmod -R u+w "$work"
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP
cd "$work"

# check NAME: the last command's success is the check's
check() {
	if [ $? = 0 ]; then
		number=$((number + 1))
		echo "ok $number - $1"
	else
		number=$((number + 1)) failed=$((failed + 1))
		echo "not ok $number - $1"
		{ echo "status $status"; head -c 1500 out; head -c 1500 err; } 2>/dev/null | sed 's/^/# /'
	fi
}
# run STATUS COMMAND...: output in out, complaints in err; true when it ended with STATUS
run() {
	local want=$1
	shift
	"$@" >out 2>err </dev/null
	status=$?
	[ $status = "$want" ]
}
says() { grep -q -- "$@"; }
# refused in plain words: status 2, at least a line on stderr, no sign of a crash
refused() { [ "$status" = 2 ] && [ -s err ] && ! grep -qiE 'sanitizer|segmentation|assert|core dumped' err; }

# ---- words ------------------------------------------------------------------------------------
run 2 "$shian" && says usage err
check "without words it says how it is used, status 2"
run 0 "$shian" --help && says 'shian serve' out && says 'shian verify' out && [ ! -s err ]
check "--help lists the commands on standard output"
run 2 "$shian" fly && says 'no command fly' err
check "an unknown command is named"
for command in import export verify user serve demo doc watch; do
	run 2 "$shian" $command && refused
	check "$command without words is refused with its usage"
done
run 2 "$shian" export operators --data "$work/nowhere" && says 'not a data folder' err && [ ! -e nowhere ]
check "export of a folder that is none makes none"
run 2 "$shian" verify --data "$work/nowhere" && says 'not a data folder' err
check "verify of a folder that is none is refused"
run 0 "$shian" doc openapi && python3 -c 'import json, sys; assert len(json.load(open("out"))["paths"]) > 50'
check "doc openapi is JSON with more than fifty addresses"
run 0 "$shian" doc events && says 'case.decided' out
check "doc events names the facts"

# ---- accounts ---------------------------------------------------------------------------------
user() { # STATUS PASSWORD WORDS...
	local want=$1 password=$2
	shift 2
	printf '%s\n' "$password" | "$shian" user add "$@" --data "$work/users" >out 2>err
	status=$?
	[ $status = "$want" ]
}
user 2 short admin --role administrator && says password err
check "a short password is refused"
user 2 alllettersonly admin --role administrator && says password err
check "a password without digits is refused"
user 2 'Good-enough-2026' admin --role emperor && says role err
check "an unknown role is refused"
[ ! -e users/shian.db ] || [ "$(sqlite3 users/shian.db 'SELECT count(*) FROM users')" = 0 ]
check "nothing was written by what was refused"
user 0 'Good-enough-2026' admin --role administrator --name 管理员 && says 'account admin made' out
check "the first administrator is made, password from standard input"
user 1 'Good-enough-2026' admin --role administrator && [ -s err ]
check "the same name again is refused"
[ "$(sqlite3 users/shian.db "SELECT count(*) FROM users WHERE password LIKE '%Good-enough%'")" = 0 ] &&
	! grep -rqa 'Good-enough' users
check "the password is nowhere in the data folder"

# ---- 30,000 operators in ------------------------------------------------------------------------
make_operators() { python3 "$root/tests/make-operators.py" "$@"; }
count() { sqlite3 "$1/shian.db" 'SELECT count(*) FROM operators'; }
make_operators --rows 30000 --bad 100 >all.csv
run 1 "$shian" import operators all.csv --data big && says 'imported 29900, rejected 100' out
check "30,000 rows: 29,900 in, 100 rejected, status 1"
[ "$(count big)" = 29900 ]
check "29,900 operators are there"
python3 - <<'END' >out 2>err
import csv
rows = list(csv.DictReader(open("all.csv.rejected.csv", encoding="utf-8-sig")))
lines = open("all.csv", encoding="utf-8").read().split("\n")
assert len(rows) == 100, len(rows)
for i, r in enumerate(rows):
    assert int(r["line"]) == 300 * (i + 1) + 1, (i, r["line"])
    assert r["reason"].strip(), r
    if r.get("address") and None not in r:
        assert r["address"] in lines[int(r["line"]) - 1]
kinds = {}
for i, r in enumerate(rows):
    kinds.setdefault(i % 10, set()).add(r["reason"].split()[0])
assert all(len(k) == 1 for k in kinds.values()), kinds
assert len({(r["reason"].split("第")[0]) for r in rows}) == 10, kinds
END
status=$?
[ $status = 0 ]
check "each of the ten kinds of bad row is told by line, column and reason"
facts=$(sqlite3 big/shian.db 'SELECT count(*) FROM ledger')
run 1 "$shian" import operators all.csv --data big && says 'imported 29900, rejected 100' out && [ "$(count big)" = 29900 ] &&
	[ "$(sqlite3 big/shian.db 'SELECT count(*) FROM ledger')" = "$facts" ]
check "the same file again changes nothing and writes no fact"
run 0 "$shian" export operators --data big && mv out exported.csv && [ "$(wc -l <exported.csv)" = 29901 ]
check "export writes every operator"
run 0 "$shian" import operators exported.csv --data again && [ "$(count again)" = 29900 ] &&
	run 0 "$shian" export operators --data again && cmp -s out exported.csv
check "what was exported comes in elsewhere and goes out the same, byte by byte"
[ ! -e exported.csv.rejected.csv ]
check "a file without bad rows leaves no file of rejected ones"

# ---- odd files ----------------------------------------------------------------------------------
names() { sqlite3 "$1/shian.db" 'SELECT licence_no, name, address FROM operators ORDER BY licence_no'; }
make_operators --rows 300 --newlines >plain.csv
make_operators --rows 300 --newlines --encoding utf-8-sig >bom.csv
make_operators --rows 300 --newlines --encoding gb18030 >gb.csv
sed 's/\r$//' plain.csv >unix.csv
for file in plain bom gb unix; do
	run 0 "$shian" import operators $file.csv --data in-$file && says 'imported 300, rejected 0' out
	check "quoted commas, quotes and line ends come in ($file)"
done
names in-plain >names && [ "$(wc -l <names)" = 300 ] && says '"𠮷祥\|"' names && says '(\|（' names
check "names are whole, and on one line"
names in-bom | cmp -s names && names in-gb | cmp -s names && names in-unix | cmp -s names
check "byte order mark, GB18030 and line ends make no difference"
printf 'name,colour\nx,y\n' >columns.csv
run 2 "$shian" import operators columns.csv --data odd && refused && says colour err
check "an unknown column makes the file unusable, and is named"
head -c 200000 /dev/urandom >random.csv
run 2 "$shian" import operators random.csv --data odd && refused
check "random bytes are refused"
: >empty.csv
run 2 "$shian" import operators empty.csv --data odd && refused
check "an empty file is refused"
run 2 "$shian" import operators missing.csv --data odd && refused
check "a missing file is refused"

# ---- verify ---------------------------------------------------------------------------------------
run 0 "$shian" verify --data big && says 'Nothing was changed' out
check "verify finds nothing in an honest folder, status 0"
tamper() { # SQL, past the triggers, as who has the file can
	{ sqlite3 "$1/shian.db" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger'"; echo "$2"; } >tamper.sql
	sqlite3 "$1/shian.db" <tamper.sql
}
sqlite3 big/shian.db "UPDATE ledger SET actor_name = 'x' WHERE seq = 7" >out 2>err
status=$?
[ $status != 0 ]
check "the database itself refuses to change the ledger"
cp -r big ledger-row
tamper ledger-row "UPDATE ledger SET data = replace(data, '路', '弄') WHERE seq = 4711"
run 1 "$shian" verify --data ledger-row && says WRONG out && says 4711 out
check "one changed sign in one fact of 29,900 is found and named"
cp -r big operator-row
tamper operator-row "UPDATE operators SET licence_valid_to = licence_valid_to + 86400000 WHERE id = (SELECT max(id) FROM operators)"
run 1 "$shian" verify --data operator-row && says operators out
check "a licence made a day longer is found"
cp -r big cut
tamper cut "DELETE FROM ledger WHERE seq > 29890"
run 1 "$shian" verify --data cut && says WRONG out
check "facts cut off at the end are found"
rm -rf ledger-row operator-row cut again

# ---- a house: from a finding to a paper, then somebody changes the files ------------------------------
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
run 0 "$shian" demo --data house --operators 200
check "a demonstration district is built"
run 0 "$shian" demo --data house --operators 200
check "and built again, which changes nothing"
run 2 "$shian" serve --data house --listen nonsense || run 1 "$shian" serve --data house --listen nonsense
[ -s err ]
check "serve refuses an address that is none"
"$shian" serve --data house --listen "127.0.0.1:$port" >serve.out 2>serve.log </dev/null &
server=$!
for _ in $(seq 100); do
	curl -fsS "http://127.0.0.1:$port/healthz" >/dev/null 2>&1 && break
	sleep 0.1
done
run 1 "$shian" serve --data house --listen "127.0.0.1:$port" && says 'taken' err
check "a second house on the same address says so"
run 0 python3 "$root/tests/to-paper.py" "http://127.0.0.1:$port" "$work/house"
check "a finding becomes a lead, a case, an order of correction, a sealed paper"
paper=$(tail -n 1 out)
pdf=house/objects/${paper:0:2}/${paper:2:2}/$paper
[ -f "$pdf" ] && [ "$(head -c 4 "$pdf")" = %PDF ]
check "the paper is a PDF in the store, named by its digest"
run 0 "$shian" verify --data house && says 'Nothing was changed' out
check "verify agrees while the house is running"
kill -TERM $server
wait $server
status=$?
server=
[ $status = 0 ]
check "SIGTERM ends the house, status 0"
run 0 "$shian" verify --data house && says 'signed heads' out
check "verify agrees after the house has ended"
flip() { # the byte in the middle
	chmod u+w "$1"
	python3 - "$1" <<'END'
import sys
with open(sys.argv[1], "r+b") as f:
    n = f.seek(0, 2) // 2
    f.seek(n)
    b = f.read(1)
    f.seek(n)
    f.write(bytes([b[0] ^ 1]))
END
}
photo=$(sqlite3 house/shian.db "SELECT still_sm3 FROM leads LIMIT 1")
photo=house/objects/${photo:0:2}/${photo:2:2}/$photo
for file in "$pdf" "$photo"; do
	cp "$file" kept
	flip "$file"
	run 1 "$shian" verify --data house && says "$(basename "$file" | cut -c1-12)" out
	check "one changed bit in $([ "$file" = "$pdf" ] && echo a paper || echo a photo) is found and the file named"
	cp kept "$file"
done
mv "$pdf" moved
run 1 "$shian" verify --data house && says WRONG out
check "a paper that is gone is found"
mv moved "$pdf"
run 0 "$shian" verify --data house
check "with everything back in its place nothing is found"

# ---- the eye ----------------------------------------------------------------------------------------
if [ ! -f "$build/models/head.onnx" ] && [ -z "${SHIAN_MODELS:-}" ]; then
	false
	check "the models are in $build/models (tools/models/fetch.sh brings them)"
fi
run 0 "$shian" watch "$root/demo/kitchen.mp4" && says person out && says head_uncovered out
check "watch sees people and a bare head in the kitchen clip"
run 0 "$shian" watch "$root/demo/kitchen.mp4" --json --every 4 && python3 - <<'END'
import json
seen = [json.loads(l) for l in open("out") if l.startswith("{")]
assert any("person" in json.dumps(s) for s in seen)
END
check "--json gives an object a line"
ffmpeg -v error -ss 6 -i "$root/demo/kitchen.mp4" -frames:v 1 -q:v 3 still.jpg
ffmpeg -v error -f lavfi -i color=c=gray:s=640x480 -frames:v 1 -q:v 3 blank.jpg
run 0 "$shian" watch still.jpg && says person out
check "watch sees somebody on a JPEG still"
run 0 "$shian" watch blank.jpg && ! says person out
check "watch sees nobody on a grey picture"
size=$(stat -c %s "$root/demo/kitchen.mp4")
head -c $((size / 2)) "$root/demo/kitchen.mp4" >truncated.mp4
run 2 "$shian" watch truncated.mp4
case $status in 0 | 2) ! grep -qiE 'sanitizer|segmentation' err ;; *) false ;; esac
check "a truncated clip is watched as far as it goes, or refused"
head -c 2000 still.jpg >truncated.jpg
run 2 "$shian" watch truncated.jpg
case $status in 0 | 2) [ "$status" = 0 ] || [ -s err ] ;; *) false ;; esac
check "a truncated picture is no crash"
head -c 3000 "$root/README.md" >text.mp4 2>/dev/null || echo 'just text' >text.mp4
run 2 "$shian" watch text.mp4 && refused
check "a text file named .mp4 is refused"
python3 - <<'END'
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
z = zlib.compressobj(9)
rows = b"".join(z.compress(b"\0" * 20001) for _ in range(20000)) + z.flush()
open("huge.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 8, 0, 0, 0, 0)) +
                             chunk(b"IDAT", rows) + chunk(b"IEND", b""))
END
run 2 "$shian" watch huge.png && refused
check "a PNG of 20,000 x 20,000 is refused"
head -c 100000 /dev/urandom >random.jpg
run 2 "$shian" watch random.jpg && refused
check "random bytes are refused"
run 2 "$shian" watch empty.csv && refused
check "an empty file is refused"
run 2 "$shian" watch missing.mp4 && refused
check "a missing file is refused"
run 2 "$shian" watch gopher://x/y && refused
check "an address of another kind is refused"
run 2 timeout 60 "$shian" watch rtsp://127.0.0.1:1/none && refused
check "a camera that does not answer is told of"

# ---- who to visit next ----------------------------------------------------------------------------
python3 - <<'END'
import csv, datetime, gzip, random
random.seed(4)
head = "visit_id operator_id date format area inspector licensed_on lat lon critical serious minor failed".split()
rows, begun = [], datetime.date(2012, 1, 1)
for i in range(300):
    bad = i % 4 == 0
    for k in range(14):
        day = begun + datetime.timedelta(days=30 * k + i % 30)
        failed = random.random() < (0.5 if bad else 0.1)
        rows.append([f"v{i}-{k}", f"o{i}", day.isoformat(), "Restaurant" if i % 3 else "School", "60601", ["red", "blue", ""][i % 3],
                     "" if i % 7 == 0 else "2010-05-01", f"41.{80000 + i * 20}", f"-87.{60000 + i * 20}", int(failed), int(failed or random.random() < 0.2),
                     random.randrange(4), int(failed)])
rows.sort(key=lambda r: r[2])
def write(name, rows, head=head, opened=open):
    with opened(name, "wt", newline="") as f:
        csv.writer(f).writerows([head] + rows)
write("visits.csv", rows)
write("visits.csv.gz", rows, opened=gzip.open)
order = list(range(len(head)))
random.shuffle(order)
write("shuffled.csv", [[r[i] for i in order] + ["x, \"y\""] for r in rows], [head[i] for i in order] + ["remarks"])
late = lambda r: r[2] >= "2013-01-01"
write("flipped.csv", [r[:5] + ["green"] + r[6:9] + [9, 9, 9, 1 - r[12]] if late(r) else r for r in rows])
write("appended.csv", rows + [[f"w{i}", f"o{i % 400}", f"2013-0{1 + i % 9}-15", "Market", "60699", "black", "1990-01-01", "10.0", "10.0", 9, 9, 9, 1]
                              for i in range(500)])
write("headless.csv", rows, ["visit"] + head[1:])
write("few.csv", rows[:150] + [r for r in rows if late(r)])
END
window="--from 2013-01-01 --to 2013-03-01"
run 0 "$shian" targeting score --history visits.csv $window && mv out scores.csv && python3 - <<'END'
import csv
scores, visits = list(csv.DictReader(open("scores.csv"))), list(csv.DictReader(open("visits.csv")))
assert list(scores[0]) == ["visit_id", "operator_id", "probability"], scores[0]
asked = [(v["visit_id"], v["operator_id"]) for v in visits if "2013-01-01" <= v["date"] < "2013-03-01"]
assert sorted(asked) == sorted((s["visit_id"], s["operator_id"]) for s in scores), len(scores)
assert all(0 < float(s["probability"]) < 1 for s in scores)
mean = lambda bad: sum(float(s["probability"]) for s in scores if (int(s["operator_id"][1:]) % 4 == 0) == bad) / len([
    s for s in scores if (int(s["operator_id"][1:]) % 4 == 0) == bad])
assert mean(True) > 1.5 * mean(False), (mean(True), mean(False))
END
check "targeting score gives each visit of the window a probability, higher for who fails often"
run 0 "$shian" targeting score --history visits.csv.gz $window && cmp -s out scores.csv
check "the same from a compressed file"
run 0 "$shian" targeting score --history shuffled.csv $window && cmp -s out scores.csv
check "the same from columns in another order beside others"
run 0 "$shian" targeting score --history flipped.csv $window && cmp -s out scores.csv
check "what was found on and after --from, and by whom, changes no probability"
run 0 "$shian" targeting score --history appended.csv $window && mv out more.csv && grep -v '^w' more.csv | cmp -s - scores.csv &&
	grep -q '^w' more.csv
check "lines added from --from on change no other probability"
run 0 "$shian" targeting evaluate --history visits.csv $window && [ "$(grep -c '95%' out)" = 7 ] && says '^AUC within inspectors' out &&
	says '^expected calibration error' out
check "targeting evaluate prints seven measures, each with its interval"
run 0 "$shian" targeting score --history visits.csv --from 2013-06-01 --to 2013-08-01 && [ "$(cat out)" = visit_id,operator_id,probability ]
check "a window without visits has no scores"
run 2 "$shian" targeting evaluate --history visits.csv --from 2013-06-01 --to 2013-08-01 && refused && says 'nothing to tell apart' err
check "and nothing to measure"
run 2 "$shian" targeting score --history few.csv $window && refused && says 'too few to learn from' err
check "too few visits before are told of"
run 2 "$shian" targeting score --history nowhere.csv $window && refused && says 'nowhere.csv' err
check "a missing history is named"
run 2 "$shian" targeting score --history headless.csv $window && refused && says 'visit_id is missing' err
check "a missing column is named"
printf 'visit_id' | gzip | head -c 12 >cut.csv.gz
run 2 "$shian" targeting score --history cut.csv.gz $window && refused
check "a compressed file that was cut off is refused"
run 2 "$shian" targeting score --history visits.csv --from 2013-03-01 --to 2013-03-01 && refused && says 'later than --from' err
check "an empty window is refused"
run 2 "$shian" targeting score --history visits.csv --from 2013-02-30 --to 2013-03-01 && refused && says 'is no date' err
check "a day that is none is refused"
run 2 "$shian" targeting score --history visits.csv && refused && says 'are needed' err
check "a window is needed"
run 2 "$shian" targeting guess && refused && says usage err
check "another word than score and evaluate is refused with the usage"

echo "$((number - failed)) passed, $failed failed"
[ $failed = 0 ]
