#!/usr/bin/env python3
"""The signing keys in tokens while the house serves: token.py BUILD. A line a check (TAP).

The heads' key lies in the vendor's token of tests/token_module.c (SM2), the key of PDF files in SoftHSM's (P-256). The token is
taken out and put back, its PIN becomes wrong and right again, and the keys return into files: the house serves on, the signer
is told from outside, every head verifies.
"""
import os
import signal
import subprocess
import sys

from tap import answers, build_of, check, free_port, processes, query, run, said, start, tell, wait, work

ROOT, BUILD = build_of(sys.argv)
SHIAN = os.path.join(BUILD, "shian")
HOUSE, VENDOR, PIN = (os.path.join(work, n) for n in ("house", "vendor", "pin"))
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PORT = free_port()
WEB = f"http://127.0.0.1:{PORT}"
os.environ.update(SHIAN_TEST_TOKEN=VENDOR, SOFTHSM2_CONF=os.path.join(work, "softhsm2.conf"), SHIAN_MODELS="/nonexistent")
people = iter(range(1, 100))


def written(name, text, mode=0o644):
    path = os.path.join(work, name)
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as f:
        f.write(text)
    os.rename(path + ".new", path)
    return path


def shian(*words):
    return run(SHIAN, *words, "--data", HOUSE)


def fact():
    """A fact more: an account is made."""
    subprocess.run([SHIAN, "user", "add", f"person{next(people)}", "--role", "auditor", "--data", HOUSE], input="Good-enough-2026\n",
                   text=True, check=True, stdout=subprocess.DEVNULL)


def uncovered():
    return query(f"{HOUSE}/shian.db", "SELECT (SELECT max(seq) FROM ledger) - (SELECT coalesce(max(size), 0) FROM ledger_heads)")[0][0]


def signed(seconds=30):
    return wait(lambda: uncovered() == 0, seconds)


def key_of_last_head():
    return query(f"{HOUSE}/shian.db", "SELECT key_id FROM ledger_heads ORDER BY size DESC LIMIT 1")[0][0]


def logins():
    path = os.path.join(VENDOR, "logins")
    return os.path.getsize(path) if os.path.exists(path) else 0


def tokens():
    os.makedirs(os.path.join(work, "tokens"))
    os.makedirs(VENDOR)
    written("softhsm2.conf", f"directories.tokendir = {work}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    written("pin", "24681357\n", 0o600)
    written("vendor/in", "")
    subprocess.run(["openssl", "genpkey", "-algorithm", "SM2", "-out", f"{VENDOR}/heads.pem"], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "shian", "--so-pin", "87654321", "--pin", "24681357"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["pkcs11-tool", "--module", SOFTHSM, "--token-label", "shian", "--login", "--pin", "24681357", "--keypairgen",
                    "--key-type", "EC:prime256v1", "--label", "papers", "--id", "01"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    vendor = (f"shian-token 1\nmodule {BUILD}/libshian-test-token.so\ntoken vendor\nmechanism 0x80000101\npin-file {PIN}\n"
              f"writes {VENDOR}\nlabel ")
    return (written("heads.conf", vendor + "heads\n"), written("other.conf", vendor + "other\n"),
            written("papers.conf", f"shian-token 1\nmodule {SOFTHSM}\ntoken shian\nlabel papers\npin-file {PIN}\n"
                    f"reads {work}/softhsm2.conf\nwrites {work}/tokens\n"))


def into_tokens(heads, other, papers):
    r = shian("key", "rotate", "--token", other)
    check("a key that the token has not is named, and nothing changes", r.returncode == 2 and "no private key labelled other" in r.stdout
          and "PRIVATE" in open(f"{HOUSE}/keys/sm2.pem", encoding="utf-8").read(), r.stdout)
    r = shian("key", "rotate", "--token", heads)
    check("rotation takes the heads' key in the token", r.returncode == 0, r.stdout)
    new = r.stdout.split("new ")[1][:16]
    r = shian("key", "rotate", "--papers", "--token", papers)
    check("and the papers' key in another", r.returncode == 0, r.stdout)
    held = open(f"{HOUSE}/keys/sm2.pem", encoding="utf-8").read() + open(f"{HOUSE}/keys/pdf.pem", encoding="utf-8").read()
    check("no private key is left in the folder", "PRIVATE" not in held and f"key {new}" in held, held)
    r = shian("key", "show")
    check("shian key show says where they are", r.returncode == 0 and "token vendor, key heads" in r.stdout
          and "token shian, key papers" in r.stdout and r.stdout.count("token      there") == 2, r.stdout)
    fact()
    check("the running house signs with it", wait(lambda: signed() and key_of_last_head() == new), said())
    r = shian("key", "rotate")
    check("the next rotation has to say where to", r.returncode == 2 and "--token FILE or --file" in r.stdout, r.stdout)


def out_and_in():
    pid = wait(lambda: uncovered() == 0 and processes(HOUSE)["signer"])
    os.remove(f"{VENDOR}/in")
    fact()
    check("without the token heads wait, and the log says so", wait(lambda: "signer.token_away" in said() and "head.unsigned" in said(), 30)
          and not signed(7), said())
    check("the house serves on", answers(WEB + "/healthz"))
    r = shian("key", "show")
    check("shian key show says what is missing", "the token is not there (token vendor, key heads)" in r.stdout, r.stdout)
    written("vendor/in", "")
    check("when it is back, all is signed", signed(), said())
    check("by the same process", processes(HOUSE)["signer"] == pid and "signer.token_back" in said())


def wrong_and_right():
    written("pin", "99999999\n", 0o600)
    os.kill(processes(HOUSE)["signer"], signal.SIGKILL)
    before = logins()
    fact()
    check("a wrong PIN keeps heads waiting", wait(lambda: "it is not tried again" in said(), 40) and not signed(6), said())
    check("and was tried once", logins() == before + 1, logins() - before)
    written("pin", "24681357\n", 0o600)
    check("the right one in the file is taken within a minute or two", signed(150), said())
    check("after one try more", logins() == before + 2, logins() - before)


def into_files():
    os.remove(f"{VENDOR}/in")
    r = shian("key", "rotate", "--file")
    check("a token that is lost does not keep its key's successor away", r.returncode == 0 and "signs no last head" in r.stdout, r.stdout)
    fact()
    check("heads are signed from a file again", wait(lambda: signed() and key_of_last_head() == r.stdout.split("new ")[1][:16]), said())
    r = shian("verify")
    keys = query(f"{HOUSE}/shian.db", "SELECT count(DISTINCT key_id), sum(at < key_from OR at >= key_until) FROM ledger_heads")[0]
    check("every head verifies, of three keys, each within its key's period", r.returncode == 0 and keys == (3, 0), (r.stdout, keys))
    seq = query(f"{HOUSE}/shian.db", "SELECT min(seq) FROM ledger WHERE name = 'key.rotated'")[0][0]
    r = shian("proof", "make", "fact", str(seq), "--out", os.path.join(work, "proof.txt"))
    r = run(SHIAN, "proof", "check", os.path.join(work, "proof.txt"))
    check("a proof of the rotation holds", r.returncode == 0 and "The proof holds." in r.stdout, r.stdout)


def main():
    places = tokens()
    house = start(SHIAN, "serve", "--data", HOUSE, "--listen", f"127.0.0.1:{PORT}")
    check("the house answers", wait(lambda: answers(WEB + "/healthz")))
    fact()
    check("its first head is signed from a file", signed())
    into_tokens(*places)
    out_and_in()
    wrong_and_right()
    into_files()
    house.terminate()
    check("the house ends", house.wait(30) == 0)


tell(main)
