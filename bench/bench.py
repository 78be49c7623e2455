#!/usr/bin/env python3
"""Measures the program as it is built, and beside it what one would use otherwise: bench.py BUILD [GROUP...]

    page    the public page behind a code: requests a second; nginx with the same bytes from a file; Express + SQLite
    writes  small durable writes: over HTTP, Express + SQLite; in the program, single commits (bench_db.c)
    ledger  facts and verification (bench_ledger.c)
    start   from start to first answer, and memory at rest of all processes; Express
    import  30,000 operators from a file; the sqlite3 tool into a bare table
    sensors readings from devices over TLS through the broker into the database; mosquitto_sub into a file
"""
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD, GROUPS = os.path.abspath(sys.argv[1]), sys.argv[2:] or ["page", "writes", "ledger", "start", "import", "sensors"]
SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))
OPERATORS = int(os.environ.get("BENCH_OPERATORS", "30000"))
SHIAN = os.path.join(BUILD, "shian")
CORES = len(os.sched_getaffinity(0))
children = []


def say(name, value, unit, versus):
    text = f"{value:.1f}" if value < 100 else f"{value:.0f}"
    print(f"bench: {name} = {text} {unit} (vs {versus})", flush=True)


def number(value, digits=0):
    return f"{value:,.{digits}f}"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(command, **more):
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True, **more)
    children.append(p)
    return p


def stop(p):
    if p.poll() is None:
        p.send_signal(signal.SIGTERM)
        try:
            p.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()


def answer(url):
    with urllib.request.urlopen(url, timeout=10) as r:
        return r.read()


def wait_for(url, p, seconds=30):
    """Seconds until the address answers."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        if p.poll() is not None:
            raise RuntimeError(f"it ended with {p.returncode}: {p.args}")
        try:
            answer(url)
            return time.monotonic() - begun
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"no answer from {url}")


def wrk(url, *words, connections=64, **env):
    """Requests a second; an answer that is no success is an error."""
    out = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--latency", *words, url], text=True,
                         stdout=subprocess.PIPE, check=True, env={**os.environ, **env}).stdout
    if re.search(r"Non-2xx|Socket errors: connect [1-9]", out):
        raise RuntimeError(out)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    ms = float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), ms


def pss(p):
    """Proportional memory, MiB, of a process and all below it."""
    below, all_ids = {}, [p.pid]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                below.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(pid))
        except OSError:
            pass
    total = 0
    while all_ids:
        pid = all_ids.pop()
        all_ids += below.get(pid, [])
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            total += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])
    return total / 1024


def peak(command, **more):
    """Seconds and peak resident MiB of one command."""
    begun = time.monotonic()
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    said = p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        raise RuntimeError(f"{command} ended with {p.returncode}: {said[-500:]!r}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


# ---- what stands beside ----------------------------------------------------------------------------
def express_packages():
    """Folder with the packages of bench/express, brought once; None when npm cannot bring them."""
    source, folder = os.path.join(ROOT, "bench/express"), os.path.join(BUILD, "bench-express")
    os.makedirs(folder, exist_ok=True)
    lock, stamp = os.path.join(source, "package-lock.json"), os.path.join(folder, "node_modules/.stamp")
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(os.path.join(source, name), folder)
    with open(lock, "rb") as f:
        want = f.read()
    if not os.path.exists(stamp) or open(stamp, "rb").read() != want:
        r = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, stdout=sys.stderr)
        if r.returncode:
            return None
        with open(stamp, "wb") as f:
            f.write(want)
    return folder


class House:
    """A demonstration district in a folder of its own, the page of one graded business, and servers for it."""

    def __init__(self, folder):
        self.folder, self.data = folder, os.path.join(folder, "data")
        print(f"bench: a district of {OPERATORS:,} operators in {folder}", file=sys.stderr, flush=True)
        subprocess.run([SHIAN, "demo", "--data", self.data, "--operators", str(OPERATORS)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.db = os.path.join(self.data, "shian.db")
        with sqlite3.connect(self.db) as c:
            self.code = c.execute("SELECT o.code FROM pub_operators o JOIN pub_grades g ON g.operator = o.id"
                                  " WHERE g.colour = 'green' ORDER BY o.id LIMIT 1").fetchone()[0]
            self.camera = c.execute("SELECT max(id) FROM cameras").fetchone()[0]
        self.page = os.path.join(folder, "www/p", self.code)
        os.makedirs(os.path.dirname(self.page))
        self.express_folder = None

    def shian(self):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        p = start([SHIAN, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}"])
        seconds = wait_for(f"{url}/p/{self.code}", p)
        with open(self.page, "wb") as f:
            f.write(answer(f"{url}/p/{self.code}"))
        return p, url, seconds

    def nginx(self):
        port, home = free_port(), os.path.join(self.folder, "nginx")
        os.makedirs(home)
        with open(os.path.join(home, "nginx.conf"), "w", encoding="utf-8") as f:
            f.write(f"daemon off; worker_processes {CORES}; pid {home}/pid; error_log {home}/error.log;\n"
                    "events { worker_connections 1024; }\n"
                    "http { access_log off; sendfile on; tcp_nopush on; open_file_cache max=100; keepalive_requests 1000000;\n"
                    + "".join(f"{k}_temp_path {home}/{k};" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
                    f"\nserver {{ listen 127.0.0.1:{port}; default_type 'text/html; charset=utf-8';\n"
                    f"root {self.folder}/www; add_header Cache-Control 'public, max-age=60'; }} }}\n")
        os.chmod(self.folder, 0o755)
        user = ["-g", "user root;"] if os.getuid() == 0 else []
        p = start(["nginx", "-c", os.path.join(home, "nginx.conf"), "-e", os.path.join(home, "error.log"), *user])
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/p/{self.code}", p)
        return p, url

    def express(self, workers):
        if self.express_folder is None:
            self.express_folder = express_packages() or ""
        if not self.express_folder:
            return None, None, 0
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        copy = os.path.join(self.folder, "express.db")
        if not os.path.exists(copy):
            with sqlite3.connect(self.db) as from_db, sqlite3.connect(copy) as to_db:
                from_db.backup(to_db)
        p = start(["node", "server.mjs", str(port), copy, str(workers), self.page, self.code], cwd=self.express_folder,
                  env={**os.environ, "NODE_ENV": "production"})
        seconds = wait_for(f"{url}/p/{self.code}", p)
        return p, url, seconds


# ---- groups ---------------------------------------------------------------------------------------------
def group_page(house):
    p, url, _ = house.shian()
    wrk(f"{url}/p/{house.code}", connections=8)  # warm
    ours, ours_ms = wrk(f"{url}/p/{house.code}")
    size = os.path.getsize(house.page)
    stop(p)
    p, url = house.nginx()
    if answer(f"{url}/p/{house.code}") != open(house.page, "rb").read():
        raise RuntimeError("nginx serves other bytes")
    static, static_ms = wrk(f"{url}/p/{house.code}")
    stop(p)
    say("public_page", ours, "requests/s", f"nginx with the same {size:,} bytes from a file: {number(static)}, ratio {ours / static:.2f}")
    say("public_page_99th", ours_ms, "ms", f"nginx {static_ms:.1f}")
    p, url, _ = house.express(CORES)
    if not p:
        return say("public_page_express", ours, "requests/s", "Express: its packages could not be brought")
    wrk(f"{url}/p/{house.code}", connections=8)
    node, node_ms = wrk(f"{url}/p/{house.code}")
    stop(p)
    say("public_page_express", ours, "requests/s", f"Express and better-sqlite3 on {CORES} processes: {number(node)}, ratio {ours / node:.1f}")
    return say("public_page_express_99th", ours_ms, "ms", f"Express {node_ms:.1f}")


def group_writes(house):
    with open(os.path.join(house.data, "keys/machine.token"), encoding="ascii") as f:
        env = {"BENCH_TOKEN": f.read().strip(), "BENCH_CAMERA": str(house.camera)}
    lua = ["-s", os.path.join(ROOT, "bench/status.lua")]
    p, url, _ = house.shian()
    ours, ours_ms = wrk(f"{url}/internal/cameras/status", *lua, **env)
    stop(p)
    p, url, _ = house.express(1)
    if p:
        node, node_ms = wrk(f"{url}/status", *lua, **env)
        stop(p)
        say("durable_posts", ours, "requests/s", f"Express and better-sqlite3, one commit each: {number(node)}, ratio {ours / node:.1f}")
        say("durable_posts_99th", ours_ms, "ms", f"Express {node_ms:.1f}")
    else:
        say("durable_posts", ours, "requests/s", "Express: its packages could not be brought")
    program("bench_db", house.folder)


def program(name, *words):
    """Builds bench/NAME.c in the build and runs it; its lines are numbers already."""
    subprocess.run(["ninja", "-C", BUILD, name], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([os.path.join(BUILD, name), *words], check=True)


def group_ledger(house):
    program("bench_ledger")


def group_start(house):
    times = []
    for _ in range(5):
        p, url, seconds = house.shian()
        times.append(seconds)
        if len(times) < 5:
            stop(p)
    time.sleep(8)
    ours = pss(p)
    stop(p)
    p, url, node_seconds = house.express(CORES)
    if p:
        time.sleep(4)
        node = pss(p)
        stop(p)
    seconds = sorted(times)[2] * 1000
    say("start_to_first_answer", seconds, "ms", f"Express {node_seconds * 1000:.0f}" if p else "Express: not there")
    say("memory_at_rest", ours, "MiB PSS, all processes, models loaded",
        f"Express with this one page {node:.1f}" if p else "Express: not there")


def group_import(house):
    csv = os.path.join(house.folder, "operators.csv")
    with open(csv, "wb") as f:
        subprocess.run([sys.executable, os.path.join(ROOT, "tests/make-operators.py"), "--rows", "30000"], stdout=f, check=True)
    ours, ours_mib = peak([SHIAN, "import", "operators", csv, "--data", os.path.join(house.folder, "imported")])
    bare, bare_mib = peak(["sqlite3", os.path.join(house.folder, "bare.db"), ".mode csv", f".import {csv} operators"])
    say("import_30000_rows", ours, "s, checked, recorded, durable", f"sqlite3 .import into a bare table {bare:.2f}")
    say("import_30000_rows_memory", ours_mib, "MiB at its peak", f"sqlite3 .import {bare_mib:.1f}")


def sensor_devices(port):
    """Registers four devices as an officer would and answers {name: password}."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    base = f"http://127.0.0.1:{port}"

    def post(path, form, **fields):
        csrf = re.search(r'name="csrf" value="([^"]+)"', opener.open(base + form).read().decode())[1]
        return opener.open(base + path, urllib.parse.urlencode({**fields, "csrf": csrf}).encode()).read().decode()
    post("/login", "/login", login="officer1", password="Shian-demo-2026")
    store = re.search(r'href="/stores/(\d+)"', opener.open(base + "/stores").read().decode())[1]
    out = {}
    for i in range(4):
        page = post("/sensors", f"/sensors/new?store={store}", store=store, device=f"bench-{i}", measures="both", interval_s="60")
        out[f"bench-{i}"] = re.findall(r'<dd class="mono">([^<]+)</dd>', page)[1]
    return out


def sensor_publish(port, ca, devices, n):
    """Starts a publisher a device, n messages each, QoS 1."""
    now = int(time.time() * 1000) - 20 * 3600 * 1000
    senders = []
    for name, password in devices.items():
        p = subprocess.Popen(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "--cafile", ca, "-q", "1", "-u", name, "-P", password,
                              "-t", f"shian/v1/{name}/readings", "-l"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        children.append(p)
        lines = "".join('{"at":%d,"t":%d.%02d,"rh":81.5}\n' % (now + i * 1000, 3 + i % 4, i % 100) for i in range(n)).encode()
        senders.append((p, lines))
    for p, lines in senders:
        threading.Thread(target=lambda p=p, lines=lines: (p.stdin.write(lines), p.stdin.close()), daemon=True).start()


def group_sensors(house):
    """Readings a second from devices over TLS to the database, durable; beside it mosquitto_sub into a file, same broker, same messages."""
    n = int(os.environ.get("BENCH_READINGS", "5000"))
    work = os.path.join(house.folder, "mqtt")
    os.mkdir(work)
    data, out, ca = work + "/data", work + "/broker", work + "/server.crt"
    port, mqtt = free_port(), free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work + "/server.key",
                    "-out", ca, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"], check=True, capture_output=True)
    subprocess.run([SHIAN, "demo", "--data", data, "--operators", "40"], check=True, capture_output=True)
    serve = [SHIAN, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"]
    files = [SHIAN, "sensors", "broker", "--data", data, "--out", out, "--cert", ca, "--key", work + "/server.key", "--port", str(mqtt),
             "--address", "127.0.0.1"]
    p = start(serve)
    wait_for(f"http://127.0.0.1:{port}/healthz", p)
    devices = sensor_devices(port)
    stop(p)
    subprocess.run(files, check=True, capture_output=True)
    if os.geteuid() == 0:  # the broker gives up root
        for folder in (house.folder, work):
            os.chmod(folder, 0o755)
        for path in (out, out + "/passwd", out + "/acl", work + "/server.key"):
            shutil.chown(path, "mosquitto")
    broker = start(["mosquitto", "-c", out + "/mosquitto.conf"])
    time.sleep(1)
    worker, password = open(out + "/worker.login").read().split()
    with open(work + "/plain", "wb") as f:
        plain = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(mqtt), "--cafile", ca, "-q", "1", "-u", worker, "-P", password, "-t",
                                  "shian/v1/+/readings"], stdout=f)
        children.append(plain)
        time.sleep(1)
        begun = time.monotonic()
        sensor_publish(mqtt, ca, devices, n)
        while open(work + "/plain", "rb").read().count(b"\n") < 4 * n:
            time.sleep(0.05)
        beside = 4 * n / (time.monotonic() - begun)
        stop(plain)
    p = start(serve + ["--mqtt", f"mqtts://127.0.0.1:{mqtt}", "--mqtt-ca", ca, "--mqtt-login", out + "/worker.login"])
    wait_for(f"http://127.0.0.1:{port}/healthz", p)
    time.sleep(3)  # the worker has subscribed
    db = sqlite3.connect(f"file:{data}/{next(x for x in os.listdir(data) if x.endswith('.db'))}?mode=ro", uri=True, timeout=20)
    count = lambda: db.execute("SELECT (SELECT count(*) FROM sensor_readings) + (SELECT coalesce(sum(n), 0) FROM sensor_hours)").fetchone()[0]
    before, begun = count(), time.monotonic()
    sensor_publish(mqtt, ca, devices, n)
    while count() - before < 4 * n:
        time.sleep(0.05)
    rate = 4 * n / (time.monotonic() - begun)
    stop(p)
    stop(broker)
    say("readings_durable", rate, "readings/s from devices over TLS through broker and worker into the database",
        f"mosquitto_sub into a file: {number(beside)} messages/s, {rate / beside:.2f}x; 2,000 sensors a minute are 33/s")


def main():
    for tool in ("wrk", "nginx", "sqlite3", "node", "npm"):
        if not shutil.which(tool) and not os.path.exists("/usr/sbin/" + tool):
            sys.exit(f"bench: {tool} is not installed")
    os.environ["PATH"] += ":/usr/sbin"
    unknown = [g for g in GROUPS if "group_" + g not in globals()]
    if unknown:
        sys.exit(f"bench: there is no group {unknown[0]}: page writes ledger start import sensors")
    folder = tempfile.mkdtemp(prefix="shian-bench.", dir=os.environ.get("BENCH_DIR", "/var/tmp"))
    try:
        house = House(folder) if set(GROUPS) & {"page", "writes", "start"} else type("Folder", (), {"folder": folder})()
        for g in GROUPS:
            globals()["group_" + g](house)
    finally:
        for p in children:
            stop(p)
        subprocess.run(["chmod", "-R", "u+w", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


main()
