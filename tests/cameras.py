#!/usr/bin/env python3
"""Sixty cameras under the whole house: cameras.py BUILD. A line a check (TAP).

shian serve records sixty cameras of GStreamer's server; its media process is killed with SIGKILL. Everything else goes on,
what was recorded before is whole, and all sixty are back by themselves. Then the web process is killed: recording goes on.
Last, the house's own media process is stopped, and a second node takes its cameras over.
"""
import os
import signal
import sqlite3
import subprocess
import sys
import time

from tap import answers, build_of, check, free_port, processes, query, skip_all, start, tell, wait, work

ROOT, BUILD = build_of(sys.argv)
SHIAN, CAMERA = os.path.join(BUILD, "shian"), os.path.join(BUILD, "shian-camera")
COUNT, HOUSE = 60, os.path.join(work, "house")
RTSP, PORT = free_port(), free_port()
WEB, DATABASE, folders = f"http://127.0.0.1:{PORT}", f"{HOUSE}/shian.db", []
LOGIN = WEB + "/login"


def live(since=0):
    """How many of the sixty are live, having become so after a moment."""
    return query(DATABASE, "SELECT count(*) FROM camera_status s JOIN cameras c ON c.id = s.camera WHERE c.url LIKE ? AND s.state = 'live'"
                 " AND s.since >= ?", f"%127.0.0.1:{RTSP}/%", since)[0][0]


def register():
    """Sixty rows like the first one of the demonstration; the register's own forms are another test's."""
    db = sqlite3.connect(DATABASE)
    db.execute("UPDATE cameras SET state = 'closed'")
    names = [c[1] for c in db.execute("PRAGMA table_info(cameras)")]
    row = dict(zip(names, db.execute("SELECT * FROM cameras ORDER BY id LIMIT 1").fetchone()))
    for i in range(COUNT):
        row.update(id=row["id"] + 1, name=f"后厨 {i}", url=f"rtsp://127.0.0.1:{RTSP}/kitchen{i}", state="open")
        db.execute(f"INSERT INTO cameras ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [row[n] for n in names])
        folders.append(os.path.join(HOUSE, "media", str(row["id"])))
    db.commit()
    db.close()


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
    check("the house answers", wait(lambda: os.path.exists(f"{HOUSE}/run/status.json") and answers(LOGIN)))
    check("sixty cameras are live", wait(lambda: live() == COUNT))

    before, counts, at = processes(HOUSE), [len(segments(f)) for f in folders], int(time.time() * 1000)
    os.kill(before["media"], signal.SIGKILL)
    check("what was recorded before the kill is whole", all_whole())
    check("the web process answers on", answers(LOGIN))
    check("all sixty are back by themselves", wait(lambda: live(at) == COUNT))
    check("all sixty are recorded again", wait(lambda: more_than(counts)))
    after = processes(HOUSE)
    check("nothing else was started again", after["media"] != before["media"] and all(after[n] == before[n] for n in before if n != "media"))

    counts = [len(segments(f)) for f in folders]
    os.kill(after["web"], signal.SIGKILL)
    check("recording goes on without the web process", wait(lambda: more_than(counts)))
    check("the web process is back", wait(lambda: answers(LOGIN)))

    second = start(SHIAN, "media", "--web", WEB, "--token-file", f"{HOUSE}/keys/machine.token", "--data", HOUSE, "--node", "second")
    held = "SELECT count(*) FROM camera_leases WHERE node = 'second'"
    check("a second node gets its half", wait(lambda: query(DATABASE, held)[0][0] == COUNT // 2))
    second.send_signal(signal.SIGKILL)
    second.wait()
    counts, since = [len(segments(f)) for f in folders], time.monotonic()
    check("killed, its cameras are recorded by the first", wait(lambda: more_than(counts)))
    print(f"# after {time.monotonic() - since:.1f} s", flush=True)
    check("and everything recorded is whole", all_whole())
    house.terminate()
    check("the house ends", house.wait(30) == 0)


if not os.access(CAMERA, os.X_OK):
    skip_all("built without GStreamer")
tell(main)
