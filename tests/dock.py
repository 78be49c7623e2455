#!/usr/bin/env python3
"""shian dock against a running house: dock.py BUILD. A body camera is registered; its recordings are docked while the dock
is killed in the middle, then the web process; each ends up in the centre once, whole, and with its fact. Speaks TAP.
"""
import hashlib
import http.cookiejar
import json
import os
import re
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIAN = os.path.abspath(sys.argv[1]) + "/shian"
PASSWORD = "Shian-demo-2026"
number = failed = 0


def check(good, words, more=""):
    global number, failed
    number += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} - {words}", flush=True)
    if not good and more:
        print("# " + str(more)[-1500:].replace("\n", "\n# "), flush=True)


def until(test, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = test()
        if got:
            return got
        time.sleep(0.05)
    return None


class Person:
    def __init__(self, url, login):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.post("/login", "/login", login=login, password=PASSWORD, next="")

    def get(self, path):
        with self.opener.open(self.url + path, timeout=30) as r:
            return r.read().decode("utf-8", "replace")

    def post(self, path, form_at, **form):
        form["csrf"] = re.search(r'name="csrf" value="([^"]+)"', self.get(form_at))[1]
        with self.opener.open(self.url + path, urllib.parse.urlencode(form).encode(), timeout=30) as r:
            return r.geturl()


def recording(path, extra):
    """The sample clip, made an hour ago, and so many bytes after its end."""
    with open(f"{ROOT}/tests/clip.mp4", "rb") as f:
        clip = bytearray(f.read())
    struct.pack_into(">I", clip, clip.index(b"mvhd") + 8, int(time.time()) - 3600 + 2082844800)
    block = os.urandom(1 << 20)
    with open(path, "wb") as f:
        f.write(clip + struct.pack(">I", 8 + extra * len(block)) + b"free")
        for i in range(extra):
            f.write(block)


def digest(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            h.update(block)
    return h.hexdigest()


def main(work):
    data, pulled = f"{work}/house", f"{work}/DCIM"
    subprocess.run([SHIAN, "demo", "--data", data, "--operators", "20"], check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    os.mkdir(pulled)
    token = f"{work}/dock.key"
    dock = [SHIAN, "dock", "--device", "ZF-0001", "--web", url, "--token-file", token]
    # a sanitized build keeps what was freed for a while: without this its memory says nothing of the dock's
    env = {**os.environ, "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "quarantine_size_mb=4"}

    def run(*words, more=()):
        return subprocess.run([*dock, *more, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, timeout=180)

    def rows(sql):
        with sqlite3.connect(f"file:{data}/shian.db?mode=ro", uri=True, timeout=10) as c:
            return c.execute(sql).fetchall()

    def parts():
        return [os.path.getsize(f"{data}/tmp/{n}") for n in os.listdir(f"{data}/tmp") if n.startswith("dock-")]

    log = open(f"{work}/log", "wb")
    house = subprocess.Popen([SHIAN, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log)
    try:
        def up():
            try:
                return urllib.request.urlopen(url + "/healthz", timeout=2).status == 200
            except OSError:
                return False
        check(until(up), "the house is up")
        officer = Person(url, "officer1")

        def register(number, kind):
            officer.post("/equipment", "/equipment/new", number=number, kind=kind, model="m", serial="s", gb_id="",
                         calibration_due="", words="", camera="0", area="0")
        key = [SHIAN, "dock", "key", "CZ-0001", "--data", data]
        r = subprocess.run(key, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
        check(r.returncode == 1 and "CZ-0001" in r.stdout, "no key for a station that is not registered", r.stdout)
        register("CZ-0001", "dock")
        with open(token, "w", encoding="ascii") as f:
            r = subprocess.run(key, stdout=f, env=env)
        check(r.returncode == 0 and os.path.getsize(token) > 64, "its key is printed once it is")
        r = run(f"{ROOT}/tests/clip.mp4", more=("--patience", "5"))
        check(r.returncode == 1 and "NOT TAKEN" in r.stdout and "ZF-0001" in r.stdout, "a camera that is not registered is told, status 1", r.stdout)
        register("ZF-0001", "body_camera")
        r = run("nowhere.mp4")
        check(r.returncode == 1 and "NOT TAKEN" in r.stdout, "a file that is not there is told, status 1", r.stdout)

        big = f"{pulled}/20261123_080000.mp4"
        recording(big, 300)
        p = subprocess.Popen([*dock, pulled], stdout=subprocess.DEVNULL, env=env)
        check(until(lambda: any(n > 0 for n in parts())), "pieces arrive")
        p.send_signal(signal.SIGKILL)
        p.wait()
        have = max(parts(), default=0)
        check(0 < have < os.path.getsize(big) and not rows("SELECT 1 FROM recordings"), "the dock is killed in the middle: nothing is called taken", have)

        open(f"{pulled}/readme.txt", "w").close()
        p = subprocess.Popen([*dock, pulled], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
        until(lambda: max(parts(), default=0) > have)
        with open(f"{data}/run/status.json", encoding="utf-8") as f:
            status = json.load(f)
        web = next(c["pid"] for c in status["children"] if c["name"] == "web")
        os.kill(web, signal.SIGKILL)
        peak, done = 0, None
        while (done := p.poll()) is None:
            try:
                with open(f"/proc/{p.pid}/status", encoding="ascii") as f:
                    peak = max(peak, int(re.search(r"VmRSS:\s+(\d+)", f.read() or "VmRSS: 0")[1]))
            except (OSError, TypeError):
                pass
            time.sleep(0.02)
        out = p.stdout.read()
        check(done == 0 and "1 taken" in out, "docked again while the web process is killed: taken, status 0", out)
        check("goes on at" in out, "it went on where it was", out)
        check("1 other files were left out" in out, "what is no recording is left out, and told", out)
        check(0 < peak < 150 * 1024, f"the dock holds a piece, not the file ({peak // 1024} MiB)")
        got = rows("SELECT sm3, sha256, size, time_source, started_at, officer FROM recordings")
        check(len(got) == 1 and got[0][1] == digest(big) and got[0][2] == os.path.getsize(big), "one recording, with the digest of the file", got)
        sm3 = got[0][0]
        check(digest(f"{data}/objects/{sm3[:2]}/{sm3[2:4]}/{sm3}") == digest(big), "and its bytes are in the store")
        check(got[0][3] == "container" and abs(got[0][4] / 1000 - time.time() + 3600) < 300, "its time is from the container", got)
        check(len(rows("SELECT 1 FROM ledger WHERE name = 'recording.docked'")) == 1 and not parts(), "one fact, and nothing on its way")

        with open(f"{pulled}/broken.mp4", "wb") as f:
            f.write(os.urandom(100000))
        r = run(pulled)
        check(r.returncode == 0 and "1 taken, 1 there already, 0 NOT taken" in r.stdout, "the folder again: only what is new; one without a readable head is taken too", r.stdout)
        check(rows("SELECT count(*) FROM recordings WHERE time_source = 'none'") == [(1,)], "and says that it tells no time")
        env["LC_ALL"] = "zh_CN.UTF-8"
        r = run(big)
        check(r.returncode == 0 and "已在中心" in r.stdout, "in Chinese where the system is", r.stdout)
        r = subprocess.run([SHIAN, "verify", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check(r.returncode == 0, "verify finds nothing changed", r.stdout)
    finally:
        house.send_signal(signal.SIGTERM)
        house.wait()
        if failed:
            with open(f"{work}/log", encoding="utf-8", errors="replace") as f:
                print("# " + f.read()[-3000:].replace("\n", "\n# "))
    print(f"1..{number}")
    return failed


with tempfile.TemporaryDirectory(prefix="shian-dock.") as folder:
    sys.exit(1 if main(folder) else 0)
