#!/usr/bin/env python3
"""Drives a running demonstration house over HTTP from a finding to a sealed paper: to-paper.py URL DATA

Two officers confirm a finding of the kitchen camera, file the case and order a correction; the paper is made. Prints the
digest (SM3) of the PDF, which is its name below DATA/objects. Only Python's library.
"""
import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL, DATA = sys.argv[1:3]
PASSWORD = "Shian-demo-2026"
# the smallest JPEG that decoders take, and the head of an MP4: evidence is kept by digest, whatever it shows
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300" + "01" * 64 +
                     "ffc0000b080001000101011100ffc40014000100000000000000000000000000000009ffc4001410010000000000"
                     "000000000000000000000000ffda0008010100003f0054ffd9")
MP4 = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d") + b"clip" * 64


class Person:
    def __init__(self, login=None):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        if login:
            self.post("/login", login=login, password=PASSWORD, next="")
            self.get("/desk")

    def ask(self, path, data=None, headers=None):
        rq = urllib.request.Request(URL + path, data=data, headers=headers or {})
        try:
            with self.opener.open(rq, timeout=30) as r:
                return r.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as e:
            sys.exit(f"{'POST' if data is not None else 'GET'} {path}: {e.code} {e.read().decode('utf-8', 'replace')[-2000:]}")

    def get(self, path):
        return self.ask(path)

    def json(self, path):
        return json.loads(self.ask(path, headers={"Accept": "application/json"}))

    def post(self, path, form_at=None, **form):
        page = self.get(form_at or ("/login" if path == "/login" else "/desk"))
        form["csrf"] = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        return self.ask(path, urllib.parse.urlencode(form).encode())


def machine_post(path, fields, files):
    with open(f"{DATA}/keys/machine.token", encoding="ascii") as f:
        token = f.read().strip()
    mark = "ShianBoundary7"
    body = b""
    for name, value in fields.items():
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, (file, kind, content) in files.items():
        body += (f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {kind}\r\n\r\n'
                 ).encode() + content + b"\r\n"
    body += f"--{mark}--\r\n".encode()
    return json.loads(Person().ask(path, body, {"Authorization": f"Bearer {token}", "Accept": "application/json",
                                                "Content-Type": f"multipart/form-data; boundary={mark}"}))


def wait(what, test, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = test()
        if got:
            return got
        time.sleep(0.2)
    sys.exit(f"waited {seconds} s for {what}")


one, two = Person("officer1"), Person("officer2")
camera = one.json("/cameras")["cameras"][0]["id"]
now = int(time.time() * 1000)
lead = machine_post("/leads", {
    "key": f"commands-{now}", "camera": camera, "rule": "head_uncovered", "rule_version": "1", "model": "test", "started_at": now,
    "ended_at": now + 4000, "clip_from": now - 8000, "clip_to": now + 5000, "score": 8700, "width": 768, "height": 432,
    "findings": "[]"}, {"still": ("still.jpg", "image/jpeg", JPEG), "clip": ("clip.mp4", "video/mp4", MP4)})["id"]
one.post(f"/leads/{lead}/review", f"/leads/{lead}", verdict="confirm", reason="未戴帽")
two.post(f"/leads/{lead}/review", f"/leads/{lead}", verdict="confirm", reason="同意")
case = max(one.json("/cases?state=precheck")["cases"], key=lambda c: int(c["id"]))["id"]
page = one.get(f"/cases/{case}")
officer2 = re.search(r'<select[^>]*name="officer2".*?<option value="(\d+)"', page, re.S)[1]
one.post(f"/cases/{case}/file", f"/cases/{case}", officer2=officer2, reason="有初步证据证明违法行为",
         proof="1", penalty_due="1", jurisdiction="1")
due = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 86400))
one.post(f"/cases/{case}/correction", f"/cases/{case}", requirement="立即佩戴工作帽", due=due)
paper = wait("the paper", lambda: [p for p in one.json(f"/cases/{case}")["papers"] if p["sealed"]])[0]
shown = one.json(f"/v/{paper['code']}")
text = json.dumps(shown)
print(re.search(r'"sm3": "([0-9a-f]{64})"', text)[1] if '"sm3"' in text else paper["code"])
