"""What the stories told by a Python program share: checks as TAP lines, children that end with it, waiting, somebody signed in."""
import http.cookiejar
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 180  # only a hanging test waits so long
work = tempfile.mkdtemp(prefix="shian-test-")
children, done = [], {"n": 0, "failed": 0}


def check(name, good, more=""):
    done["n"] += 1
    done["failed"] += not good
    print(f"{'ok' if good else 'not ok'} {done['n']} - {name}", flush=True)
    if not good and more:
        print("# " + str(more)[:1500].replace("\n", "\n# "), flush=True)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    shutil.rmtree(work, ignore_errors=True)
    sys.exit(0)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(*words, **more):
    """A child that ends with the story; what it says is in work/out, shown at the end if SHIAN_TEST_LOG is set."""
    with open(os.path.join(work, "out"), "ab") as out:
        p = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **more)
    children.append(p)
    return p


def said():
    with open(os.path.join(work, "out"), errors="replace", encoding="utf-8") as f:
        return f.read()


def run(*words):
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)


def wait(what, seconds=PATIENCE):
    """What it gave when it was true; None after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.2)
    return None


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as r:
            return r.status == 200
    except OSError:
        return False


def query(database, sql, *values):
    """Rows of a house's database beside it, which is only read."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def processes(data):
    """The pid of each child of the house, by its name."""
    with open(os.path.join(data, "run/status.json"), encoding="utf-8") as f:
        return {c["name"]: c["pid"] for c in json.load(f)["children"]}


class Person:
    """An officer of the demonstration district at a browser without scripts."""

    def __init__(self, url, login):
        self.url = url
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.post("/login", {"login": login, "password": "Shian-demo-2026"}, form="/login")

    def get(self, path, accept="text/html"):
        try:
            with self.browser.open(urllib.request.Request(self.url + path, headers={"Accept": accept}), timeout=30) as r:
                return r.read().decode()
        except urllib.error.HTTPError as e:
            return e.read().decode()

    def post(self, path, fields, form):
        """Where it led (or the status of a refusal) and the page; form: the address whose form is sent."""
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.get(form))[1]
        body = urllib.parse.urlencode({**fields, "csrf": csrf}).encode()
        try:
            with self.browser.open(self.url + path, body, timeout=30) as r:
                return r.geturl(), r.read().decode()
        except urllib.error.HTTPError as e:
            return str(e.code), e.read().decode()


def end(child):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def tell(story):
    """Runs it; its children end, its folder goes, the process exits with what its checks say."""
    try:
        story()
    finally:
        for child in reversed(children):
            end(child)
        if os.environ.get("SHIAN_TEST_LOG"):
            sys.stderr.write(said())
        subprocess.run(["chmod", "-R", "u+w", work], check=False)
        shutil.rmtree(work, ignore_errors=True)
    print(f"1..{done['n']}")
    sys.exit(1 if done["failed"] else 0)


def build_of(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return root, os.path.abspath(arguments[1] if len(arguments) > 1 else os.path.join(root, "build"))
