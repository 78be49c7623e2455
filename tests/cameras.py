#!/usr/bin/env python3
"""Sixty cameras under the whole house: cameras.py BUILD. A line a check (TAP).

shian serve records sixty cameras of GStreamer's server; its media process is killed with SIGKILL. Everything else goes on,
what was recorded before is whole, and all sixty are back by themselves. Then the web process is killed: recording goes on.
Last, the house's own media process is stopped, and a second node takes its cameras over.
"""
import json, os, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build"))
SHIAN, CAMERA = os.path.join(BUILD, "shian"), os.path.join(BUILD, "shian-camera")
COUNT, PATIENCE = 60, 180  # only a hanging test waits so long
done = {"n": 0, "failed": 0}
children = []


def check(good, name):
    done["n"] += 1
    done["failed"] += not good
    print(f"{'ok' if good else 'not ok'} {done['n']} - {name}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(*words, **more):
    p = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=more.pop("log", subprocess.DEVNULL), **more)
    children.append(p)
    return p


def wait(what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


def query(sql, *values):
    db = sqlite3.connect(f"file:{HOUSE}/shian.db?mode=ro", uri=True, timeout=10)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def live(since=0):
    """How many of the sixty are live, having become so after a moment."""
    return query("SELECT count(*) FROM camera_status s JOIN cameras c ON c.id = s.camera WHERE c.url LIKE ? AND s.state = 'live'"
                 " AND s.since >= ?", f"%127.0.0.1:{RTSP}/%", since)[0][0]


def register():
    """Sixty rows like the first one of the demonstration; the register's own forms are another test's."""
    db = sqlite3.connect(f"{HOUSE}/shian.db")
    db.execute("UPDATE cameras SET state = 'closed'")
    names = [c[1] for c in db.execute("PRAGMA table_info(cameras)")]
    row = dict(zip(names, db.execute("SELECT * FROM cameras ORDER BY id LIMIT 1").fetchone()))
    for i in range(COUNT):
        row.update(id=row["id"] + 1, name=f"后厨 {i}", url=f"rtsp://127.0.0.1:{RTSP}/kitchen{i}", state="open")
        db.execute(f"INSERT INTO cameras ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [row[n] for n in names])
        folders.append(os.path.join(HOUSE, "media", str(row["id"])))
    db.commit()
    db.close()


def processes():
    with open(os.path.join(HOUSE, "run/status.json"), encoding="utf-8") as f:
        text = json.load(f)
    found = {}

    def walk(x):
        if isinstance(x, dict):
            if "name" in x and "pid" in x:
                found[x["name"]] = x["pid"]
            for v in x.values():
                walk(v)
        elif isinstance(x, list):
            for v in x:
                walk(v)
    walk(text)
    return found


def answers():
    try:
        with urllib.request.urlopen(WEB + "/login", timeout=5) as r:
            return r.status == 200
    except OSError:
        return False


def whole(path):
    """Boxes that end where the file ends, moof and mdat in turn."""
    with open(path, "rb") as f:
        b = f.read()
    at, names = 0, []
    while at + 8 <= len(b):
        size = int.from_bytes(b[at:at + 4], "big")
        names.append(b[at + 4:at + 8])
        if size < 8:
            return False
        at += size
    names = [n for n in names if n in (b"moof", b"mdat")]
    return at == len(b) and names and names == [b"moof", b"mdat"] * (len(names) // 2)


def segments(folder):
    return sorted(n for n in os.listdir(folder) if n.endswith(".m4s") and not n.startswith(".")) if os.path.isdir(folder) else []


def all_whole():
    files = [os.path.join(f, n) for f in folders for n in segments(f)]
    return len(files) >= COUNT and all(whole(f) for f in files if os.path.exists(f))


def more_than(before):
    return all(len(segments(f)) > n for f, n in zip(folders, before))


def main():
    subprocess.run([SHIAN, "demo", "--data", HOUSE, "--operators", "20"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    register()
    start(CAMERA, os.path.join(ROOT, "demo/kitchen.mp4"), "--listen", f"127.0.0.1:{RTSP}", "--count", str(COUNT))
    house = start(SHIAN, "serve", "--data", HOUSE, "--listen", f"127.0.0.1:{PORT}", "--node", "first",
                  env={**os.environ, "SHIAN_MODELS": "/nonexistent"})
    check(wait(lambda: os.path.exists(f"{HOUSE}/run/status.json") and answers()), "the house answers")
    check(wait(lambda: live() == COUNT), "sixty cameras are live")

    before, counts, at = processes(), [len(segments(f)) for f in folders], int(time.time() * 1000)
    os.kill(before["media"], signal.SIGKILL)
    check(all_whole(), "what was recorded before the kill is whole")
    check(answers(), "the web process answers on")
    check(wait(lambda: live(at) == COUNT), "all sixty are back by themselves")
    check(wait(lambda: more_than(counts)), "all sixty are recorded again")
    after = processes()
    check(after["media"] != before["media"] and all(after[n] == before[n] for n in before if n != "media"),
          "nothing else was started again")

    counts = [len(segments(f)) for f in folders]
    os.kill(after["web"], signal.SIGKILL)
    check(wait(lambda: more_than(counts)), "recording goes on without the web process")
    check(wait(answers), "the web process is back")

    second = start(SHIAN, "media", "--web", WEB, "--token-file", f"{HOUSE}/keys/machine.token", "--data", HOUSE, "--node", "second")
    held = "SELECT count(*) FROM camera_leases WHERE node = 'second'"
    check(wait(lambda: query(held)[0][0] == COUNT // 2), "a second node gets its half")
    second.send_signal(signal.SIGKILL)
    second.wait()
    counts, since = [len(segments(f)) for f in folders], time.monotonic()
    check(wait(lambda: more_than(counts)), "killed, its cameras are recorded by the first")
    print(f"# after {time.monotonic() - since:.1f} s", flush=True)
    check(all_whole(), "and everything recorded is whole")
    house.terminate()
    check(house.wait(30) == 0, "the house ends")


if not os.access(CAMERA, os.X_OK):
    print("1..0 # SKIP built without GStreamer")
    sys.exit(0)
HOUSE = os.path.join(tempfile.mkdtemp(prefix="shian-cameras-"), "house")
RTSP, PORT = free_port(), free_port()
WEB, folders = f"http://127.0.0.1:{PORT}", []
try:
    main()
finally:
    for child in children:
        child.kill()
        child.wait()
    shutil.rmtree(os.path.dirname(HOUSE), ignore_errors=True)
print(f"1..{done['n']}")
sys.exit(1 if done["failed"] else 0)
