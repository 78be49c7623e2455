#!/usr/bin/env python3
"""A disk of recordings that is full: full_disk.py BUILD. A line a check (TAP).

The recordings of the house lie on a file system of their own, of 24 MiB, in a mount namespace (as root, or as a user who may
have one). Somebody fills it to the last byte: the cameras' fault is told and listed with its reason, the house works on and its
ledger is whole. When there is room again, recording goes on by itself.
"""
import os
import subprocess
import sys

from tap import Person, answers, build_of, check, free_port, query, skip_all, start, tell, wait, work

ROOT, BUILD = build_of(sys.argv)
SHIAN, CAMERA = os.path.join(BUILD, "shian"), os.path.join(BUILD, "shian-camera")
HOUSE = os.path.join(work, "house")
MEDIA, FILLER = os.path.join(HOUSE, "media"), os.path.join(HOUSE, "media", "of-somebody-else")
RTSP, PORT = free_port(), free_port()
WEB = f"http://127.0.0.1:{PORT}"


def status():
    return (query(f"{HOUSE}/shian.db", "SELECT state, reason FROM camera_status") or [("", "")])[0]


def fill():
    """To the last byte, again and again: what the recorder gives up is taken as well."""
    with open(FILLER, "ab", buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    f.write(b"x" * size)
            except OSError:
                pass


def segments():
    return sum(n.endswith(".m4s") and not n.startswith(".") for _, _, names in os.walk(MEDIA) for n in names)


def main():
    subprocess.run([SHIAN, "demo", "--data", HOUSE, "--operators", "20", "--camera", f"rtsp://127.0.0.1:{RTSP}/kitchen"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.makedirs(MEDIA, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", MEDIA], check=True)
    start(CAMERA, os.path.join(ROOT, "demo/kitchen.mp4"), "--listen", f"127.0.0.1:{RTSP}", "--path", "/kitchen")
    house = start(SHIAN, "serve", "--data", HOUSE, "--listen", f"127.0.0.1:{PORT}", env={**os.environ, "SHIAN_MODELS": "/nonexistent"})
    check("the house answers", wait(lambda: answers(WEB + "/healthz")))
    check("the camera is recorded", wait(lambda: status()[0] == "live" and segments() >= 3))

    def told():
        fill()
        return status()[1] == "storage"
    check("a full disk is the camera's fault, with its reason", wait(told))
    check("people sign in as before: the ledger has its own disk", "/logout" in Person(WEB, "officer1").get("/desk"))
    check("the ledger is whole", subprocess.run([SHIAN, "verify", "--data", HOUSE], stdout=subprocess.DEVNULL).returncode == 0)
    before = segments()
    os.remove(FILLER)
    check("when there is room, recording goes on by itself", wait(lambda: status()[0] == "live" and segments() > before + 2))
    house.terminate()
    check("the house ends", house.wait(30) == 0)


if not os.access(CAMERA, os.X_OK):
    skip_all("built without GStreamer")
if os.environ.get("SHIAN_OWN_MOUNTS") != "1":
    inside = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-U", "-r", "-m"]
    if subprocess.run([*inside, "mount", "-t", "tmpfs", "tmpfs", work], stderr=subprocess.DEVNULL).returncode != 0:
        skip_all("no mount namespace for this user")
    os.rmdir(work)
    os.execvpe(inside[0], [*inside, sys.executable, *sys.argv], {**os.environ, "SHIAN_OWN_MOUNTS": "1"})
tell(main)
