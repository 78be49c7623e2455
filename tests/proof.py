#!/usr/bin/env python3
"""Proofs by a second implementation, written from docs/LEDGER.md alone: proof.py BUILD. It has its own SM3, tree, and SM2, and
checks the proofs that `shian proof make` writes for facts, papers and files; then one thing is changed in each, and both it and
`shian proof check` have to find it. Nothing is random that a second run would not repeat. Speaks TAP.
"""
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from base64 import b64decode

SHIAN = os.path.abspath(sys.argv[1]) + "/shian"
ENV = {**os.environ, "LC_ALL": "C"}
count = failed = 0


def check(good, words, more=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {words}", flush=True)
    if not good and more:
        print("# " + str(more)[-1500:].replace("\n", "\n# "), flush=True)


# ---- SM3 (GB/T 32905) ------------------------------------------------------------------------------------------------
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


# ---- SM2 signatures (GB/T 32918.2), curve of GB/T 32918.5 --------------------------------------------------------------
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    s = ((3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, P)) % P
    x = (s * s - p[0] - q[0]) % P
    return x, (s * (p[0] - x) - p[1]) % P


def times(k, p):
    r = None
    while k:
        if k & 1:
            r = add(r, p)
        p, k = add(p, p), k >> 1
    return r


def der_of(pem):
    return b64decode("".join(l for l in pem.split("\n") if l and not l.startswith("-----")))


def point_of(der):
    assert der[-66:-64] == b"\x00\x04", "the last 65 bytes of the key are an uncompressed point"
    x, y = int.from_bytes(der[-64:-32], "big"), int.from_bytes(der[-32:], "big")
    assert (y * y - x * x * x - A * x - B) % P == 0
    return x, y


def signature_parts(der):
    assert der[0] == 0x30 and der[1] == len(der) - 2 and der[2] == 2
    n = der[3]
    assert der[4 + n] == 2 and 6 + n + der[5 + n] == len(der)
    return int.from_bytes(der[4:4 + n], "big"), int.from_bytes(der[6 + n:], "big")


def signed(der, message, signature):
    r, s = signature_parts(signature)
    q, ident = point_of(der), b"1234567812345678"
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    z = sm3(struct.pack(">H", 8 * len(ident)) + ident + b"".join(v.to_bytes(32, "big") for v in (A, B, *G, *q)))
    e = int.from_bytes(sm3(z + message), "big")
    return (e + add(times(s, G), times((r + s) % N, q))[0]) % N == r


# ---- the tree (RFC 9162, 2.1.3.2 and 2.1.4.2) --------------------------------------------------------------------------
def node(left, right):
    return sm3(b"\1" + left + right)


def included(leaf, index, size, path, root):
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def continues(first, first_root, second, second_root, path):
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first & (first - 1) == 0:
        path = [first_root] + path
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# ---- the file ----------------------------------------------------------------------------------------------------------
BLOCKS = {b"fact": 2, b"row": 4, b"head": 2, b"key": 2}
LINES = {b"file": 3, b"path": 2, b"signature": 3, b"older": 3, b"consistency": 2}


def number(text):
    assert text == b"0" or text.isdigit() and not text.startswith(b"0") or text[:1] == b"-" and text[1:].isdigit() and text[1:2] != b"0"
    return int(text)


def hexadecimal(text):
    assert set(text) <= set(b"0123456789abcdef")
    return bytes.fromhex(text.decode())


def digest(text):
    assert len(text) == 64
    return hexadecimal(text)


def read(data):
    out = {"path": [], "consistency": []}
    line, _, data = data.partition(b"\n")
    assert line == b"shian-proof 1"
    while True:
        line, newline, data = data.partition(b"\n")
        part = line.split(b"\t")
        kind = part[0].decode()
        assert newline
        if line == b"end":
            return out
        assert len(part) == BLOCKS.get(part[0], LINES.get(part[0]))
        if part[0] in BLOCKS:
            n = int(part[-1])
            assert data[n:n + 1] == b"\n"
            part.append(data[:n])
            data = data[n + 1:]
        if kind in ("path", "consistency"):
            out[kind].append(digest(part[1]))
        else:
            assert kind not in out
            out[kind] = part[1:]


def fields(data):
    out = []
    while data:
        n, colon, data = data.partition(b":")
        n = number(n)
        assert colon and n >= 0 and data[n:n + 1] == b","
        out.append(data[:n])
        data = data[n + 1:]
    assert len(out) == 10
    return out


def head_of(text):
    name, size, at, root, *more, rest = text.split(b"\n")
    assert rest == b""
    if name != b"shian-head-v1":
        assert name == b"shian-head-v2" and len(more) == 4 and number(more[2]) <= number(at) < number(more[3]) and number(more[0]) < number(size)
    else:
        assert not more
    return number(size), number(at), digest(root), more[1] if more else None


def judge(data, key, published=None, copy=None):
    """True when the proof holds. key: PEM."""
    try:
        p = read(data)
        fact = fields(p["fact"][-1])
        size, _, root, named = head_of(p["head"][-1])
        seq = number(fact[0])
        for i in (1, 3, 5, 6, 7):
            number(fact[i])
        good = included(sm3(b"\0\1" + p["fact"][-1]), seq - 1, size, p["path"], root)
        der = der_of(key)
        key_id, signature = p["signature"]
        assert named in (None, key_id)
        good &= sm3(der).hex()[:16].encode() == key_id and signed(der, b"head\n" + p["head"][-1], hexadecimal(signature))
        row = b""
        if "row" in p:
            table, ident, _, row = p["row"]
            good &= table + b":" + ident + b":" + sm3(row).hex().encode() + b";" in fact[9]
        if "file" in p:
            for d in p["file"]:
                good &= d == b"-" or b'"' + d + b'"' in fact[8] or b"=64:" + d in row
            good &= copy is None or sm3(copy).hex().encode() == p["file"][0]
        older = None
        if "older" in p:
            older = number(p["older"][0]), digest(p["older"][1])
            good &= continues(older[0], older[1], size, root, p["consistency"])
        return good and published in (None, (size, root), older)
    except (AssertionError, ValueError, KeyError, IndexError, TypeError, UnicodeDecodeError):
        return False


# ---- both, side by side ------------------------------------------------------------------------------------------------
def run(*words):
    return subprocess.run([SHIAN, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENV, check=False)


def published_of(path):
    with open(path, "rb") as f:
        lines = f.read().split(b"\n")
    size, _, root, _ = head_of(b"\n".join(lines[:-3]) + b"\n")
    return size, root


def changed(r, data):
    """One bit of the fact, the path, the head or the signature. The key is left alone: with a key of one's own it proves nothing."""
    key, after = data.index(b"\nkey\t"), data.index(b"\n-----END PUBLIC KEY-----\n")
    while True:
        i = r.randrange(len(data))
        if (i <= key or i > after + 26) and i < len(data) - 1:
            return data[:i] + bytes([data[i] ^ 1 << r.randrange(7)]) + data[i + 1:]


def main():
    work = tempfile.mkdtemp(prefix="shian-proof-")
    os.chdir(work)
    check(sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "SM3 of abc as in GB/T 32905, A.1")
    check(times(N, G) is None and times(N - 1, G)[0] == G[0], "the base point has the order of GB/T 32918.5")
    made = run("demo", "--data", "d", "--operators", "60")
    check(made.returncode == 0, "a demonstration district", made.stdout)
    first = run("head", "sign", "--data", "d")
    with open("first", "w", encoding="utf-8") as f:
        f.write(first.stdout)
    subprocess.run([SHIAN, "user", "add", "late", "--role", "auditor", "--data", "d"], input="Good-enough-2026\n", text=True, stdout=subprocess.DEVNULL, check=False)
    with open("last", "w", encoding="utf-8") as f:
        f.write(run("head", "sign", "--data", "d").stdout)
    size0, size1 = published_of("first")[0], published_of("last")[0]
    check(0 < size0 < size1, "a head is signed on demand, and another one after a fact more", first.stdout)
    key_path = "d/keys/public/" + open("last", encoding="utf-8").read().split("\n")[-3] + ".pem"
    with open(key_path, encoding="utf-8") as f:
        key = f.read()
    r, wrong, missed, tried = random.Random(20261128), [], [], 0
    proofs = [(["fact", str(n)], h) for n in [1, 2, size0, size1] + [r.randint(1, size0) for _ in range(8)] for h in ("first", "last")]
    stored = sorted(n for _, _, ns in os.walk("d/objects") for n in ns)
    proofs += [(["file", n], "last") for n in stored[:6]]
    for what, head in proofs:
        m = run("proof", "make", *what, "--data", "d", "--head", head, "--out", "p")
        with open("p", "rb") as f:
            data = f.read()
        c = run("proof", "check", "p", "--key", key_path, "--head", head)
        if m.returncode or c.returncode or not judge(data, key, published_of(head)):
            wrong.append((what, head, m.stdout, c.stdout))
        for _ in range(4):
            bad = changed(r, data)
            with open("bad", "wb") as f:
                f.write(bad)
            tried += 1
            if judge(bad, key, published_of(head)) or run("proof", "check", "bad", "--key", key_path, "--head", head).returncode != 1:
                missed.append((what, head, bad))
    check(len(stored) >= 2, "there are stored files to prove", stored)
    check(not wrong, f"{len(proofs)} proofs against two heads hold for both implementations", wrong and wrong[0])
    check(not missed, f"one bit changed {tried} times: neither lets it pass", missed and missed[0])
    path = f"d/objects/{stored[0][:2]}/{stored[0][2:4]}/{stored[0]}"
    m = run("proof", "make", "file", path, "--data", "d", "--out", "p")
    c = run("proof", "check", "p", "--file", path, "--key", key_path)
    check(m.returncode == 0 and c.returncode == 0 and "ok      your copy is that file" in c.stdout, "a file is named by its path as well", c.stdout)
    with open("other", "wb") as f:
        f.write(b"another")
    c = run("proof", "check", "p", "--file", "other")
    check(c.returncode == 1 and "FAILED  your copy is that file" in c.stdout, "another file is not that one", c.stdout)
    with open("p", "rb") as f:
        data = f.read()
    with open(path, "rb") as f:
        copy = f.read()
    check(judge(data, key, copy=copy) and not judge(data, key, copy=b"another"), "and the other implementation agrees")
    shutil.rmtree("d/objects")
    os.rename("d", "gone")
    check(run("proof", "check", "p", "--key", "gone/" + key_path[2:], "--head", "last").returncode == 0, "a check needs no data folder")
    with open("last", encoding="utf-8") as f:
        lines = f.read().split("\n")
    lines[3] = ("0" if lines[3][0] != "0" else "1") + lines[3][1:]
    with open("split", "w", encoding="utf-8") as f:
        f.write("\n".join(lines))
    c = run("proof", "check", "p", "--head", "split")
    check(c.returncode == 1 and "FAILED  the published head agrees" in c.stdout, "a published head with another root: found", c.stdout)
    m = run("proof", "make", "fact", "1", "--data", "gone", "--head", "split")
    check(m.returncode == 1, "and no proof is made against it", m.stdout)
    for words in (["proof", "check", "/nowhere"], ["proof", "check", "p", "--head", "p"], ["proof", "check", "p", "--key", "other"],
                  ["proof", "make", "fact", "0", "--data", "gone"], ["proof", "make", "fact", "x", "--data", "gone"], ["proof"],
                  ["proof", "make", "file", "0" * 64, "--data", "gone"], ["head", "show", "--size", "3", "--data", "gone"]):
        m = run(*words)
        check(m.returncode == 2 and m.stdout.strip(), " ".join(words[:4]) + ": status 2 and words", m.stdout)
    os.chdir("/")
    shutil.rmtree(work)
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
