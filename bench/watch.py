#!/usr/bin/env python3
"""What watching kitchens costs, from real processes side by side: watch.py BUILD   (make bench-watch)

A GStreamer RTSP server (shian-camera) plays the sample clip, enlarged to 1080p and given a sensor's noise, to as many
cameras as asked. In turn, against that server and in one run:

    frigate   the ffmpeg line that Frigate runs by default for one camera: record, and decode all of it to 5 pictures a second
    libav     one ffmpeg a camera that only records (stream copy to segments)
    media     shian media: all cameras in one process
    vision    shian vision beside it: each keyframe decoded (classical rules), then with the models; a picture that moves and one
              that stands, which is what the motion gate is for

Figures are processor seconds (user and system, from /proc, children counted) a camera-minute, and Pss a camera. The last
lines compute the machine for 2,434 kitchens from them. Then: how long after its k-th frame a lead is at the centre. BENCH_CAMERAS (12), BENCH_SECONDS (30), BENCH_DIR (/var/tmp).
"""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(sys.argv[1])
CAMERAS = int(os.environ.get("BENCH_CAMERAS", "12"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
MODELS = os.environ.get("SHIAN_MODELS", os.path.join(BUILD, "models"))
KITCHENS = 2434
WARM = 10
TICK = os.sysconf("SC_CLK_TCK")
folder = tempfile.mkdtemp(prefix="shian-bench-watch-", dir=os.environ.get("BENCH_DIR", "/var/tmp"))
children = []

CLASSICAL = ["camera_covered", "camera_frozen"]
PEOPLE = ["head_uncovered", "person_off_hours"]


def say(name, value, unit, versus):
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    print(f"bench: {name} = {value:.{digits}f} {unit} (vs {versus})", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(command):
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True)
    children.append(p)
    return p


def stop(p):
    if p.poll() is None:
        p.send_signal(signal.SIGTERM)
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()


def family(pid):
    """The process and all below it."""
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    parent = int(f.read().rsplit(")", 1)[1].split()[1])
                below.setdefault(parent, []).append(int(name))
            except OSError:
                pass
    todo, found = [pid], []
    while todo:
        one = todo.pop()
        found.append(one)
        todo += below.get(one, [])
    return found


def cpu(pid):
    """Processor seconds so far, of children that ended as well."""
    total = 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
            total += sum(int(v) for v in fields[11:15])
        except OSError:
            pass
    return total / TICK


def pss(pid):
    kib = 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/smaps_rollup") as f:
                kib += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
        except OSError:
            pass
    return kib / 1024


def per_minute(process, cameras):
    """Processor seconds a camera-minute of a process that runs."""
    time.sleep(WARM)
    before, begun = cpu(process.pid), time.monotonic()
    time.sleep(SECONDS)
    if process.poll() is not None:
        sys.exit(f"watch.py: {process.args[0]} ended with {process.returncode}")
    return (cpu(process.pid) - before) * 60 / (time.monotonic() - begun) / cameras


def clip(name, *options, still=False):
    path = os.path.join(folder, name + ".mp4")
    picture = "loop=loop=-1:size=1:start=0," if still else ""
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-stream_loop", "-1", "-i", os.path.join(ROOT, "demo/kitchen.mp4"),
                    "-t", "12", "-an", "-vf", picture + options[0], "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast",
                    "-profile:v", "main", "-bf", "0", "-sc_threshold", "0", *options[1:], "-y", path], check=True)
    return path


class Server:
    """Cameras that play one clip."""

    def __init__(self, path, count):
        self.port = free_port()
        self.urls = [f"rtsp://127.0.0.1:{self.port}/k{i}" for i in range(count)]
        self.process = start([os.path.join(BUILD, "shian-camera"), path, "--listen", f"127.0.0.1:{self.port}", "--path", "/k",
                              "--count", str(count)])
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit("watch.py: shian-camera does not listen")

    def close(self):
        stop(self.process)


class Centre:
    """Stands for the web process: which cameras, which rules; takes what is reported."""

    def __init__(self, urls):
        centre = self
        self.rules, self.interval, self.urls = [], 2000, urls
        self.reports, self.leads, self.live = 0, 0, 0
        self.late = []  # seconds from the k-th frame to each lead's arrival
        self.law = {"threshold": 9900, "k": 30, "n": 30, "cooldown_s": 3600}

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.answer(centre.list() if self.path.startswith("/internal/cameras") else {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.endswith("/lease"):
                    return self.answer(centre.list())
                if self.path.endswith("/cameras/status"):
                    for c in json.loads(body)["cameras"]:
                        centre.live += c["state"] == "live"
                if self.path == "/leads":
                    centre.leads += 1
                    ended = re.search(rb'name="ended_at"\r\n(?:[^\r\n]+\r\n)*\r\n(\d+)', body)
                    centre.late.append(time.time() - int(ended.group(1)) / 1000)
                    return self.answer({"id": "1"}, 201)
                return self.answer({})

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def list(self):
        rule = {"version": "1", "before_s": 8, "after_s": 5, **self.law}
        return {"cameras": [{"id": f"c{i}", "name": f"c{i}", "url": u, "reader": "", "keep_ms": 600000, "enabled": True,
                             "hours": "00:00-24:00", "interval_ms": self.interval,
                             "rules": [{"code": c, **rule} for c in self.rules]} for i, u in enumerate(self.urls)]}

    def close(self):
        self.server.shutdown()


def worker(kind, centre, data, *more):
    token = os.path.join(folder, "token")
    with open(token, "w") as f:
        f.write("bench-token-of-no-use")
    return start([os.path.join(BUILD, "shian"), kind, "--web", centre.url, "--token-file", token, "--data", data, *more])


def frigate(url):
    """ffmpeg as Frigate starts it for a camera that both records and detects: its presets preset-rtsp-generic and
    preset-record-generic, detect at 1280 x 720 and 5 pictures a second."""
    out = os.path.join(folder, "frigate")
    os.makedirs(out, exist_ok=True)
    null = open(os.devnull, "wb")
    p = subprocess.Popen(["ffmpeg", "-hide_banner", "-loglevel", "error", "-threads", "2", "-avoid_negative_ts", "make_zero",
                          "-fflags", "+genpts+discardcorrupt", "-rtsp_transport", "tcp", "-timeout", "10000000",
                          "-use_wallclock_as_timestamps", "1", "-i", url,
                          "-f", "segment", "-segment_time", "10", "-segment_format", "mp4", "-reset_timestamps", "1", "-strftime", "1",
                          "-c", "copy", "-an", os.path.join(out, "%Y%m%d%H%M%S.mp4"),
                          "-threads", "2", "-r", "5", "-vf", "fps=5,scale=1280:720", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:"],
                         stdin=subprocess.DEVNULL, stdout=null, stderr=subprocess.DEVNULL, start_new_session=True)
    children.append(p)
    value = per_minute(p, 1)
    stop(p)
    return value


def libav_each(urls):
    """One ffmpeg a camera, stream copy to segments."""
    all_ = []
    for i, u in enumerate(urls):
        out = os.path.join(folder, f"libav{i}")
        os.makedirs(out, exist_ok=True)
        all_.append(start(["ffmpeg", "-hide_banner", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", u, "-c", "copy", "-an",
                           "-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-hls_flags", "delete_segments",
                           os.path.join(out, "live.m3u8")]))
    time.sleep(WARM)
    before, begun = sum(cpu(p.pid) for p in all_), time.monotonic()
    time.sleep(SECONDS)
    used = sum(cpu(p.pid) for p in all_) - before
    memory = sum(pss(p.pid) for p in all_) / len(all_)
    for p in all_:
        stop(p)
    return used * 60 / (time.monotonic() - begun) / len(urls), memory


def watched(label, path, interval):
    """Record, then record and look: costs of a camera-minute and memory of a camera."""
    server = Server(path, CAMERAS)
    centre = Centre(server.urls)
    centre.interval = interval
    data = os.path.join(folder, "data-" + label)
    os.makedirs(os.path.join(data, "media"))
    media = worker("media", centre, data)
    got = {"record": per_minute(media, CAMERAS), "memory": pss(media.pid) / CAMERAS, "looks": 60000 / interval}
    if not centre.live:
        sys.exit("watch.py: no camera came to life")
    for name, rules in (("decode", CLASSICAL), ("models", PEOPLE)):
        centre.rules = rules
        vision = worker("vision", centre, data, "--models", MODELS)
        got[name] = per_minute(vision, CAMERAS)
        stop(vision)
    stop(media)
    server.close()
    centre.close()
    shutil.rmtree(data, ignore_errors=True)
    return got


def lead_times(path):
    """From the frame that makes a lead (the k-th) to the lead at the centre, which shows it at once."""
    server = Server(path, 4)
    centre = Centre(server.urls)
    centre.law = {"threshold": 5000, "k": 3, "n": 5, "cooldown_s": 5}
    centre.rules = PEOPLE[:1]
    data = os.path.join(folder, "data-leads")
    os.makedirs(os.path.join(data, "media"))
    both = [worker("media", centre, data), worker("vision", centre, data, "--models", MODELS)]
    for _ in range(WARM + 3 * SECONDS):
        time.sleep(1)
        if len(centre.late) >= 20:
            break
    for p in both:
        stop(p)
    server.close()
    centre.close()
    if not centre.late:
        sys.exit("watch.py: no lead came")
    return sorted(centre.late)


def cores(camera_minute):
    return 0.6 * 60 / camera_minute


def main():
    full = "fps=25,scale=1920:1080:flags=lanczos,noise=alls=8:allf=t"
    rate = ["-b:v", "4M", "-maxrate", "4M", "-bufsize", "4M"]
    clips = {"1080p GOP 2 s": (clip("gop2", full, "-g", "50", *rate), 2000),
             "1080p GOP 4 s": (clip("gop4", full, "-g", "100", *rate), 4000),
             "360p sub stream": (clip("sub", "fps=15,scale=640:360", "-g", "30", "-b:v", "512k", "-maxrate", "512k", "-bufsize", "512k"),
                                 2000),
             "1080p that stands still": (clip("still", full, "-g", "50", *rate, still=True), 2000)}
    server = Server(clips["1080p GOP 2 s"][0], CAMERAS)
    f2 = frigate(server.urls[0])
    each, each_memory = libav_each(server.urls)
    server.close()
    server = Server(clips["1080p GOP 4 s"][0], 1)
    f4 = frigate(server.urls[0])
    server.close()
    print(f"{CAMERAS} cameras, {SECONDS} s each; processor seconds a camera-minute: Frigate's line {f2:.2f} (GOP 2 s), {f4:.2f} (GOP 4 s); "
          f"one libav process a camera, recording only, {each:.3f}", flush=True)
    results = {}
    for name, (path, interval) in clips.items():
        r = results[name] = watched(name.replace(" ", "-"), path, interval)
        against = f4 if "4 s" in name else f2
        other = f"Frigate's line for one camera {against:.2f} s, {against / (r['record'] + r['decode']):.1f} times this"
        if "sub" in name:
            other = f"the same of 1080p GOP 2 s {results['1080p GOP 2 s']['record'] + results['1080p GOP 2 s']['decode']:.2f} s"
        say(f"record, {name}", r["record"], "CPU-s a camera-minute", f"one libav process a camera {each:.3f} s, {each / r['record']:.1f} times this")
        say(f"record and decode each keyframe, {name}", r["record"] + r["decode"], "CPU-s a camera-minute", other)
        say(f"record, decode and models, {name}", r["record"] + r["models"], "CPU-s a camera-minute",
            f"Frigate's line without any model {against:.2f} s")
        say(f"cameras a core, record and decode, {name}", 60 / (r["record"] + r["decode"]), "cameras",
            f"Frigate's line {60 / against:.1f}")
        say(f"memory a camera, recording, {name}", r["memory"], "MiB Pss", f"one libav process a camera {each_memory:.1f} MiB")
    late = lead_times(clip("people", "fps=25", "-g", "50"))
    say("a lead at the centre after its k-th frame", late[len(late) // 2], "s",
        f"the slowest of {len(late)}: {late[-1]:.1f} s; keyframes 2 s apart, so a frame waits 2 s for the end of its piece")
    gop2, still = results["1080p GOP 2 s"], results["1080p that stands still"]
    look, gated = gop2["models"] / gop2["looks"], still["models"] / still["looks"]
    say("a look with the models", look * 1000, "CPU-ms", f"one at a picture that stands, the motion gate closed {gated * 1000:.0f} ms")
    for seconds in (2, 5, 10):
        moving = gop2["record"] + look * 60 / seconds
        quiet = gop2["record"] + gated * 60 / seconds
        say(f"cameras a core at 60 % load, 1080p, a look each {seconds} s", cores(moving), "cameras",
            f"with the gate closed {cores(quiet):.0f}; Frigate's line {cores(f2):.1f}")
    sub = results["360p sub stream"]
    need = KITCHENS / cores(gop2["record"] + sub["record"] + sub["models"] / sub["looks"] * 12)
    say(f"cores for {KITCHENS} kitchens: main stream recorded, sub stream looked at each 5 s, 60 % load", need, "cores",
        f"Frigate's line {KITCHENS / cores(f2):.0f}")
    say(f"memory for {KITCHENS} kitchens", KITCHENS * (gop2["memory"] + sub["memory"]) / 1024, "GiB",
        f"one libav process each {KITCHENS * each_memory / 1024:.0f} GiB")


try:
    main()
finally:
    for c in children:
        stop(c)
    shutil.rmtree(folder, ignore_errors=True)
