#!/usr/bin/env python3
"""Random draws and samples of closed cases by a second implementation, written from docs/DRAW.md alone: draw.py BUILD. It makes
files with its own SM3 and generator, and `shian draw verify` has to find them right; then it changes one thing in each, and has to be found
out. The kept files of fuzz/corpus/draw and fuzz/corpus/sample are replayed by both. Nothing is random that a second run would not repeat. Speaks TAP.
"""
import glob
import os
import random
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIAN = os.path.abspath(sys.argv[1]) + "/shian"
count = failed = 0


def check(good, words, more=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {words}", flush=True)
    if not good and more:
        print("# " + str(more)[-1500:].replace("\n", "\n# "), flush=True)


# ---- SM3 (GB/T 32905), HMAC ------------------------------------------------------------------------------------------
def rol(x, n):
    n %= 32
    return ((x << n) | (x >> (32 - n))) & 0xffffffff if n else x


def sm3(data):
    v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]
    m = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for at in range(0, len(m), 64):
        w = list(struct.unpack(">16I", m[at:at + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15)
            w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            t = 0x79cc4519 if j < 16 else 0x7a879d8a
            s1 = rol((rol(a, 12) + e + rol(t, j)) & 0xffffffff, 7)
            s2 = s1 ^ rol(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            t1 = (ff + d + s2 + (w[j] ^ w[j + 4])) & 0xffffffff
            t2 = (gg + h + s1 + w[j]) & 0xffffffff
            a, b, c, d, e, f, g, h = t1, a, rol(b, 9), c, t2 ^ rol(t2, 9) ^ rol(t2, 17), e, rol(f, 19), g
        v = [x ^ y for x, y in zip(v, (a, b, c, d, e, f, g, h))]
    return struct.pack(">8I", *v)


def hmac(key, data):
    key = (sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    return sm3(bytes(k ^ 0x5c for k in key) + sm3(bytes(k ^ 0x36 for k in key) + data))


# ---- the draw ----------------------------------------------------------------------------------------------------------
class Numbers:
    def __init__(self, seed, snapshot, contribution):
        self.key = hmac(seed, f"shian-draw 1\n{snapshot}\n{contribution}".encode())
        self.taken, self.block = 0, b""

    def below(self, n):
        top = (1 << 64) // n * n
        while True:
            if self.taken % 4 == 0:
                self.block = hmac(self.key, str(self.taken // 4).encode())
            v = int.from_bytes(self.block[self.taken % 4 * 8:][:8], "big")
            self.taken += 1
            if v < top:
                return v % n


def person(numbers, load, out):
    left = [i for i in load if i not in out]
    least = min(load[i] for i in left)
    fewest = [i for i in left if load[i] == least]
    return fewest[numbers.below(len(fewest))]


def draw(pool, numbers):
    objects, lots, redraws = [], [], []
    for code, take, _ in pool["strata"]:
        there = [(i, w) for s, i, w, _ in pool["objects"] if s == code]
        for _ in range(take):
            r = numbers.below(sum(w for _, w in there))
            for k, (i, w) in enumerate(there):
                r -= w
                if r < 0:
                    objects.append(there.pop(k)[0])
                    break
    load = {i: 0 for i, _, _ in pool["inspectors"]}
    for o in objects:
        out, two = [], []
        while len(two) < 2:
            who = person(numbers, load, out)
            out.append(who)
            if (who, o) in pool["recusals"]:
                redraws.append((o, who))
            else:
                two.append(who)
                load[who] += 1
        lots.append([o] + two)
    return lots, redraws, load


def snapshot_text(pool):
    lines = ["shian-draw-snapshot 1", f"draw\t{pool['draw']}", f"title\t{pool['title']}", f"due\t{pool['due']}"]
    for code, take, label in pool["strata"]:
        lines.append(f"stratum\t{code}\t{sum(o[0] == code for o in pool['objects'])}\t{take}\t{label}")
    lines += [f"object\t{s}\t{i}\t{w}\t{name}" for s, i, w, name in pool["objects"]]
    lines += [f"inspector\t{i}\t{card}\t{name}" for i, card, name in pool["inspectors"]]
    lines += [f"recusal\t{i}\t{o}" for i, o in sorted(pool["recusals"])]
    return "\n".join(lines + ["end", ""])


def contribution(head, word):
    return (f"head\t{head[0]}\t{head[1]}\n" if head else "") + (f"word\t{word}\n" if word else "")


def make(pool, seed, head, word, exchanges):
    snapshot = snapshot_text(pool)
    digest = sm3(snapshot.encode()).hex()
    numbers = Numbers(seed, digest, contribution(head, word))
    lots, redraws, load = draw(pool, numbers)
    commitment = sm3(f"shian-draw-commitment 1\n{digest}\n{seed.hex()}\n".encode()).hex()
    text = (f"shian-draw 1\ndraw\t{pool['draw']}\ncommitted_at\t2026-11-23T09:00:00.000+08:00\ncommitment\t{commitment}\nsnapshot\t{digest}\n"
            f"drawn_at\t2026-11-23T10:00:00.000+08:00\nseed\t{seed.hex()}\n{contribution(head, word)}witness\t王监督\nnumbers\t{numbers.taken}\n")
    text += "".join(f"lot\t{o}\t{a}\t{b}\n" for o, a, b in lots) + "".join(f"redraw\t{o}\t{i}\n" for o, i in redraws)
    text += f"snapshot_text\t{len(snapshot.encode())}\n{snapshot}"
    for which, slot, reason, away in exchanges:
        lot = lots[which % len(lots)]
        out = set(away) | {i for i, o in pool["recusals"] if o == lot[0]} | {lot[1], lot[2]}
        if not set(load) - out:
            continue
        new, old = person(numbers, load, out), lot[1 + slot]
        load[old], load[new], lot[1 + slot] = load[old] - 1, load[new] + 1, new
        text += f"exchange\t{lot[0]}\t{old}\t{reason}\t2026-11-24T09:00:00.000+08:00\t{','.join(map(str, sorted(away)))}\t{new}\n"
    return text + "end\n"


def read(text):
    """A published file back to what it was made of."""
    head, rest = text.split("\nsnapshot_text\t", 1)
    n, rest = rest.split("\n", 1)
    snapshot, tail = rest.encode()[:int(n)].decode(), rest.encode()[int(n):].decode()
    said = dict(l.split("\t", 1) for l in head.split("\n")[1:] if not l.startswith(("lot\t", "redraw\t")))
    pool = {"draw": 0, "title": "", "due": "", "strata": [], "objects": [], "inspectors": [], "recusals": set()}
    for kind, *f in (l.split("\t") for l in snapshot.split("\n")[1:-2]):
        if kind in ("draw", "title", "due"):
            pool[kind] = f[0]
        elif kind == "stratum":
            pool["strata"].append((f[0], int(f[2]), f[3]))
        elif kind == "object":
            pool["objects"].append((f[0], int(f[1]), int(f[2]), f[3]))
        elif kind == "inspector":
            pool["inspectors"].append((int(f[0]), f[1], f[2]))
        else:
            pool["recusals"].add((int(f[0]), int(f[1])))
    lots = [tuple(map(int, l.split("\t")[1:])) for l in head.split("\n") if l.startswith("lot\t")]
    return pool, said, lots, snapshot, tail


# ---- pools -------------------------------------------------------------------------------------------------------------
def pool_of(r):
    codes = ["C", "B", "A", "N"][:r.randint(1, 4)]
    sizes = {c: r.randint(0, 60) for c in codes}
    sizes[codes[-1]] += 1
    pool = {"draw": r.randint(1, 2**62), "title": "十一月双随机抽查", "due": "2026-12-23", "objects": [], "recusals": set(),
            "strata": [(c, r.randint(sizes[c] > 0, sizes[c]), f"{c} 级") for c in codes],
            "inspectors": [(i, f"0911201{i:04}", f"检查员{i}") for i in sorted(r.sample(range(1, 99), r.randint(4, 20)))]}
    for c in codes:
        for i in sorted(r.sample(range(1, 10**6), sizes[c])):
            pool["objects"].append((c, i * 4 + codes.index(c), r.choice([1, 1, 1, 2, 3, 1000]), f"餐馆 {i}"))
    for o in pool["objects"]:
        for i in r.sample([i for i, _, _ in pool["inspectors"]], r.choice([0, 0, 1, 2])):
            pool["recusals"].add((i, o[1]))
    return pool


def file_of(r):
    pool = pool_of(r)
    head = (r.randint(1, 10**6), r.randbytes(32).hex()) if r.random() < 0.7 else None
    word = "秋分 明月" if not head or r.random() < 0.5 else ""
    people = [i for i, _, _ in pool["inspectors"]]
    exchanges = [(r.randrange(99), r.randrange(2), r.choice(["leave", "recusal", "card"]), r.sample(people, 1)) for _ in range(r.randrange(4))]
    return make(pool, r.randbytes(32), head, word, exchanges)


# ---- samples of closed cases --------------------------------------------------------------------------------------------
def shares(sizes, per_mille, amount):
    """How many of each stratum."""
    if per_mille:
        return [-(-n * amount // 1000) for n in sizes]
    total = sum(sizes)
    amount = min(amount, total)
    take = [amount * n // total for n in sizes]
    for _ in range(amount - sum(take)):
        left = [i for i, n in enumerate(sizes) if take[i] < n]
        take[max(left, key=lambda i: (amount * sizes[i] - take[i] * total, -i))] += 1
    return take


def in_order(ids, numbers):
    there, out = list(ids), []
    while there:
        out.append(there.pop(numbers.below(len(there))))
    return out


def sample_made(number, strata, listed, seed, mixed):
    """The draw of a list: strata is (code, take, ids)."""
    digest = sm3(listed.encode()).hex()
    numbers, places = Numbers(seed, digest, mixed), ""
    for code, take, ids in strata:
        for k, case in enumerate(in_order(ids, numbers)):
            places += f"{'drawn' if k < take else 'next'} {code}\t{k + 1}\t{case}\n"
    commitment = sm3(f"shian-draw-commitment 1\n{digest}\n{seed.hex()}\n".encode()).hex()
    return (f"shian-appraisal-draw 1\nround {number}\ncommitment {commitment}\nlist {digest}\nseed {seed.hex()}\n{mixed}"
            f"numbers {numbers.taken}\n{places}end\n")


def sample_of(r):
    number, per_mille = r.randint(1, 2**62), r.random() < 0.5
    codes = sorted(r.sample(["all", "310112101/ordinary", "310112101/simple", "310112102/ordinary", "310112102/simple/penalty"], r.randint(1, 4)))
    sizes = [r.randint(1, 40) for _ in codes]
    takes = shares(sizes, per_mille, r.randint(1, 1000) if per_mille else r.randint(1, sum(sizes) + 5))
    strata = [(c, t, sorted(r.sample(range(1, 2**40), n))) for c, n, t in zip(codes, sizes, takes)]
    listed = f"shian-appraisal-list 1\nround {number}\ntitle 上半年 案卷评查\nclosed 2026-01-01 2026-06-30\n"
    listed += "".join(f"stratum {c}\t{len(ids)}\t{t}\n" for c, t, ids in strata)
    listed += "".join(f"case {c}\t{i}\t示范市监立〔2026〕{i % 1000}号\n" for c, _, ids in strata for i in ids) + "end\n"
    head = f"head {r.randint(1, 10**6)} {r.randbytes(32).hex()}\n" if r.random() < 0.7 else ""
    mixed = head + ("word 秋分 明月\n" if not head or r.random() < 0.5 else "")
    return sample_made(number, strata, listed, r.randbytes(32), mixed) + listed


def sample_again(text):
    """The draw made again from the list, the seed and the contribution of a file."""
    made, listed = text.split("\nend\n", 1)
    lines = [l.split(" ", 1) for l in made.split("\n")]
    said = dict(l for l in lines if l[0] not in ("drawn", "next"))
    strata = []
    for name, rest in (l.split(" ", 1) for l in listed.split("\n")[:-2]):
        if name == "stratum":
            code, _, take = rest.split("\t")
            strata.append((code, int(take), []))
        elif name == "case":
            code, case, _ = rest.split("\t")
            next(ids for c, _, ids in strata if c == code).append(int(case))
    mixed = "".join(f"{k} {said[k]}\n" for k in ("head", "word") if k in said)
    return sample_made(said["round"], strata, listed, bytes.fromhex(said["seed"]), mixed) + listed


def samples():
    r, wrong, missed = random.Random(20261129), [], []
    for _ in range(40):
        text = sample_of(r)
        v = verify(text)
        if v.returncode or "ok      the draw gives this order and this sample" not in v.stdout:
            wrong.append(v.stdout)
        for _ in range(3):
            word = changed(r, text)
            if verify(word).returncode != 1:
                missed.append(word)
    check(not wrong, "40 samples made by the other implementation are found right", wrong and wrong[0])
    check(not missed, "one digit changed in each, three times: found out 120 times", missed and missed[0])
    lines = text.split("\n")
    at = next(i for i, l in enumerate(lines) if l.startswith("drawn "))
    swapped = "\n".join(lines[:at] + [lines[at].replace("drawn", "next", 1)] + lines[at + 1:])
    check("FAILED  the draw gives this order" in verify(swapped).stdout, "a case taken out of the sample is found out")
    other = sample_of(r)
    mixed = text.split("\nend\n", 1)[0] + "\nend\n" + other.split("\nend\n", 1)[1]
    check("FAILED  the list of candidates" in verify(mixed).stdout, "the list of another round is found out")
    cut = text.encode()
    check(all(verify(cut[:n]).returncode == 1 for n in range(0, len(cut), len(cut) // 9 + 1)), "a file that is cut off is refused")
    kept = sorted(glob.glob(f"{ROOT}/fuzz/corpus/sample/whole*"))
    check(len(kept) >= 2, "there are kept files", kept)
    for path in kept:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        v = verify(text)
        check(sample_again(text) == text and v.returncode == 0, f"{os.path.basename(path)}, made by the program: both replay it", v.stdout)
        check("result " in v.stdout, "and verify names the digest to compare", v.stdout)


def verify(text):
    with tempfile.NamedTemporaryFile(prefix="shian-draw-") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
        f.flush()
        return subprocess.run([SHIAN, "draw", "verify", f.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"LANG": "C"}, check=False)


def changed(r, text):
    """The same file with one digit of one line other than it was."""
    lines = text.split("\n")
    at = r.choice([i for i, l in enumerate(lines) if any(c.isdigit() for c in l) and not l.startswith(("committed_at", "drawn_at", "exchange"))])
    where = r.choice([i for i, c in enumerate(lines[at]) if c.isdigit()])
    lines[at] = lines[at][:where] + str((int(lines[at][where]) + r.randint(1, 9)) % 10) + lines[at][where + 1:]
    return "\n".join(lines)


def main():
    check(sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "SM3 of abc as in GB/T 32905, A.1")
    check(sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732", "SM3 of 64 bytes as in GB/T 32905, A.2")
    r, wrong, missed, word = random.Random(20261123), [], [], None
    for _ in range(40):
        text = file_of(r)
        v = verify(text)
        if v.returncode:
            wrong.append(v.stdout)
        for _ in range(3):
            word = changed(r, text)
            if verify(word).returncode != 1:
                missed.append(word)
    check(not wrong, "40 draws made by the other implementation are found right", wrong and wrong[0])
    check(not missed, "one digit changed in each, three times: found out 120 times", missed and missed[0])
    cut = file_of(r).encode()
    check(all(verify(cut[:n]).returncode == 1 for n in range(0, len(cut), len(cut) // 9 + 1)), "a file that is cut off is refused")
    kept = sorted(glob.glob(f"{ROOT}/fuzz/corpus/draw/whole*"))
    check(len(kept) >= 2, "there are kept files", kept)
    for path in kept:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        pool, said, lots, snapshot, tail = read(text)
        digest = sm3(snapshot.encode()).hex()
        mixed = "".join(f"{k}\t{said[k]}\n" for k in ("head", "word") if k in said)
        numbers = Numbers(bytes.fromhex(said["seed"]), digest, mixed)
        again, _, _ = draw(pool, numbers)
        good = digest == said["snapshot"] and [tuple(l) for l in again] == lots and numbers.taken == int(said["numbers"])
        v = verify(text)
        check(good and v.returncode == 0 and tail.endswith("end\n"), f"{os.path.basename(path)}, made by the program: both replay it", v.stdout)
        check("ok      the draw gives these objects" in v.stdout and "result " in v.stdout, "and verify says line by line what holds", v.stdout)
    v = subprocess.run([SHIAN, "draw", "verify", kept[0]], stdout=subprocess.PIPE, text=True, env={"LANG": "zh_CN.UTF-8"}, check=False)
    check(v.returncode == 0 and "通过" in v.stdout, "in Chinese where the system is", v.stdout)
    check(subprocess.run([SHIAN, "draw", "verify", "/nowhere"], stderr=subprocess.DEVNULL, check=False).returncode == 2, "no file is status 2")
    samples()
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
