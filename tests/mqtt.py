#!/usr/bin/env python3
"""Sensors with a real broker: mqtt.py BUILD. A line a check (TAP); the last line counts them.

mosquitto with TLS and the files of `shian sensors broker`, mosquitto_pub as the devices, the whole program behind it.
Passwords and topics, doubles and late ones, a limit that becomes a case, the worker and the web process killed.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from tap import Person, answers, build_of, check, free_port, processes, query, run, said, start, tell, wait, work

SHIAN = os.path.join(build_of(sys.argv)[1], "shian")
data, out = work + "/data", work + "/broker"
port, mqtt = free_port(), free_port()
url = f"http://127.0.0.1:{port}"


def sql(text):
    return query(database, text)


def pub(device, password, *more, topic=None, text=None, lines=None):
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(mqtt), "--cafile", work + "/ca.crt", "-q", "1", "-i", device, "-u", device,
               "-P", password, "-t", topic or f"shian/v1/{device}/readings", *more]
    if lines is not None:
        command += ["-l"]
    else:
        command += ["-m", text]
    return subprocess.run(command, input="\n".join(lines) + "\n" if lines is not None else None, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120)


def certificates():
    def ssl(*words):
        r = run("openssl", *words)
        if r.returncode:
            sys.exit(r.stdout)
    ssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work + "/ca.key", "-out", work + "/ca.crt",
        "-subj", "/CN=test authority", "-days", "3")
    ssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work + "/server.key", "-out", work + "/server.csr",
        "-subj", "/CN=127.0.0.1")
    with open(work + "/san", "w") as f:
        f.write("subjectAltName=IP:127.0.0.1\n")
    ssl("x509", "-req", "-in", work + "/server.csr", "-CA", work + "/ca.crt", "-CAkey", work + "/ca.key", "-CAcreateserial", "-out",
        work + "/server.crt", "-days", "2", "-extfile", work + "/san")


def broker_files():
    r = run(SHIAN, "sensors", "broker", "--data", data, "--out", out, "--cert", work + "/server.crt", "--key", work + "/server.key",
            "--port", str(mqtt), "--address", "127.0.0.1")
    if os.geteuid() == 0:  # mosquitto gives up root: its files have to be readable for whom it becomes
        shutil.chown(out, "mosquitto")
        for name in ("passwd", "acl"):
            shutil.chown(f"{out}/{name}", "mosquitto")
        shutil.chown(work + "/server.key", "mosquitto")
        os.chmod(work, 0o755)
    return r


def broker():
    p = start("mosquitto", "-c", out + "/mosquitto.conf")
    wait(lambda: socket.socket().connect_ex(("127.0.0.1", mqtt)) == 0)
    return p


def serve():
    p = start(SHIAN, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--mqtt", f"mqtts://127.0.0.1:{mqtt}", "--mqtt-ca",
              work + "/ca.crt", "--mqtt-login", out + "/worker.login")
    wait(lambda: answers(url + "/healthz"), 120)
    return p


def register(person, device):
    """A device of the demonstration's first cold store; answers its number and password."""
    store = sql("SELECT id FROM sensor_stores ORDER BY id LIMIT 1")[0][0]
    _, page = person.post("/sensors", {"store": store, "device": device, "measures": "both", "interval_s": "60", "calibrated_at": "2026-01-01",
                                       "calibration_due": "2099-01-01"}, f"/sensors/new?store={store}")
    shown = re.findall(r'<dd class="mono">([^<]+)</dd>', page)
    return sql(f"SELECT id FROM sensors WHERE device = '{device}'")[0][0], shown[1] if len(shown) > 1 else page


def count(sensor):
    rows = sql(f"SELECT (SELECT count(*) FROM sensor_readings WHERE sensor = {sensor}) + (SELECT coalesce(sum(n), 0) FROM sensor_hours WHERE "
               f"sensor = {sensor})")
    return rows[0][0]


def story():
    global house
    two, one = Person(url, "officer2"), Person(url, "officer1")
    sensor, password = register(one, "cold-77")
    check("a password is shown", len(password) == 43, password)
    other, other_password = register(one, "cold-78")
    r = broker_files()
    check("the broker's files are written", r.returncode == 0, r.stdout)
    broker_process = broker()
    house.send_signal(signal.SIGTERM)
    house.wait(30)
    house = serve()

    # ---- who may write what
    check("a wrong password is refused", pub("cold-77", "wrong", text="{}").returncode != 0)
    check("an unknown device is refused", pub("cold-99", password, text="{}").returncode != 0)
    now = int(time.time() * 1000)
    pub("cold-77", password, topic="shian/v1/cold-78/readings", text='{"t":1}')
    r = pub("cold-77", password, text='{"at":%d,"t":4.25,"rh":81.5}' % now)
    check("a device writes its own topic", r.returncode == 0, r.stdout)
    check("its reading arrives", wait(lambda: count(sensor) == 1) is not None, said()[-1500:])
    check("in whole hundredths", sql(f"SELECT t, rh FROM sensor_readings WHERE sensor = {sensor}") == [(425, 8150)])
    check("a device cannot write another's topic", count(other) == 0)

    # ---- twice, late, nonsense
    pub("cold-77", password, lines=['{"at":%d,"t":4.25,"rh":81.5}' % now] * 5 + ['{"at":%d,"t":4.0}' % (now - 26 * 3600000), "nonsense"])
    check("doubles count once, late ones are filed", wait(lambda: count(sensor) == 2) is not None)
    check("what cannot be read is noted", wait(lambda: sql(f"SELECT refused_n FROM sensor_feed WHERE sensor = {sensor}") == [(1,)]) is not None)

    # ---- too warm for forty minutes
    alarms = lambda: sql(f"SELECT id FROM sensor_alarms WHERE sensor = {sensor} AND rule = 't_high'")
    pub("cold-77", password, lines=['{"at":%d,"t":12.5}' % (now + m * 60000) for m in range(1, 9)])
    check("nothing yet after eight minutes", wait(alarms, 3) is None)
    spare = register(one, "cold-79")
    broker_files()
    broker_process.send_signal(signal.SIGHUP)
    time.sleep(1)
    r = pub("cold-79", spare[1], lines=['{"at":%d,"t":12.5}' % (now - m * 60000) for m in range(45, -1, -1)])
    check("a new device is known after HUP", r.returncode == 0, r.stdout)
    alarms = lambda: sql(f"SELECT id FROM sensor_alarms WHERE sensor = {spare[0]} AND rule = 't_high'")
    found = wait(alarms)
    check("too warm for the delay is an alarm", found is not None)
    alarm = found[0][0]
    sms = lambda: os.path.exists(data + "/outbox/sms.jsonl") and "超出规定限值" in open(data + "/outbox/sms.jsonl").read()
    check("the operator is told", wait(sms) is not None)
    for person, name in ((one, "first"), (two, "second")):
        where, page = person.post(f"/alarms/{alarm}/review", {"verdict": "confirm", "reason": ""}, f"/alarms/{alarm}")
        check(f"the {name} officer confirms", where.endswith(f"/alarms/{alarm}"), where + page[-600:])
    check("a pre-check is open", sql("SELECT act, state FROM cases WHERE act = 'V10'") == [("V10", "precheck")], sql("SELECT act, state FROM cases"))
    check("with chart and readings as evidence", sql("SELECT count(*) FROM case_evidence WHERE kind = 'EV_ED' AND length(clip_sm3) = 64") == [(1,)])

    # ---- killed
    before = count(other)
    lines = ['{"at":%d,"t":4.%02d}' % (now - 20 * 3600000 + i * 1000, i % 100) for i in range(3000)]
    sender = subprocess.Popen(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(mqtt), "--cafile", work + "/ca.crt", "-q", "1", "-u", "cold-78",
                               "-P", other_password, "-t", "shian/v1/cold-78/readings", "-l"], stdin=subprocess.PIPE, text=True)
    sender.stdin.write("\n".join(lines[:1500]) + "\n")
    sender.stdin.flush()
    os.kill(processes(data)["sensors"], signal.SIGKILL)
    sender.stdin.write("\n".join(lines[1500:]) + "\n")
    sender.stdin.close()
    check("all was acknowledged to the device", sender.wait(60) == 0)
    check("the worker killed loses nothing", wait(lambda: count(other) - before == 3000, 60) is not None, count(other) - before)
    os.kill(processes(data)["web"], signal.SIGKILL)
    lines = ['{"at":%d,"t":5.%02d}' % (now - 10 * 3600000 + i * 1000, i % 100) for i in range(2000)]
    pub("cold-78", other_password, lines=lines)
    check("the web process killed loses nothing", wait(lambda: count(other) - before == 5000, 90) is not None, count(other) - before)

    # the web process stopped: batches wait on disk, acknowledged; then the worker dies as well
    web = processes(data)["web"]
    os.kill(web, signal.SIGSTOP)
    pub("cold-78", other_password, lines=['{"at":%d,"t":6.5}' % (now - 5 * 3600000 + i * 1000) for i in range(400)])
    spool = data + "/sensors/spool"
    check("while the web process is away batches lie on disk", wait(lambda: os.listdir(spool), 30) is not None)
    os.kill(processes(data)["sensors"], signal.SIGKILL)
    os.kill(web, signal.SIGCONT)
    check("and arrive when it is back", wait(lambda: count(other) - before == 5400, 90) is not None, count(other) - before)
    check("the spool is empty again", wait(lambda: not os.listdir(spool), 30) is not None)

    # ---- revoked
    one.post(f"/sensors/{other}/revoke", {}, f"/sensors/{other}")
    broker_files()
    broker_process.send_signal(signal.SIGHUP)
    time.sleep(1)
    check("a revoked device is refused", pub("cold-78", other_password, text='{"t":1}').returncode != 0)

    # ---- nothing was changed
    house.send_signal(signal.SIGTERM)
    house.wait(30)
    r = run(SHIAN, "verify", "--data", data)
    check("the ledger holds", r.returncode == 0, r.stdout)
    r = run(SHIAN, "sensors", "verify", "--data", data)
    check("sealed days hold", r.returncode == 0 and "hold" in r.stdout, r.stdout)


def main():
    global house, database
    certificates()
    r = run(SHIAN, "demo", "--data", data, "--operators", "40")
    if r.returncode:
        sys.exit(r.stdout)
    database = next(os.path.join(data, n) for n in os.listdir(data) if n.endswith(".db"))
    # the first start is without a broker: devices have to be registered before it has its files
    house = start(SHIAN, "serve", "--data", data, "--listen", f"127.0.0.1:{port}")
    wait(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    story()


tell(main)
