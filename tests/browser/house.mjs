// A running house for a story: fresh data folder, demonstration district, camera, program, browser.
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const build = resolve(root, process.env.SHIAN_PROGRAM || "build");
export const password = "Shian-demo-2026";

const freePort = () => new Promise((done) => {
  const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => done(port)); });
});

export async function waitFor(what, test, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const got = await test();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((r) => setTimeout(r, 300));
  }
}

/** The program's calendar, moved by a preloaded library (tests/clock.c): a file with the ms by which it runs ahead. */
function calendar(data, begins) {
  const path = `${data}.clock`, fd = openSync(path, "w+"), ahead = Buffer.alloc(8);
  const set = (iso) => {
    ahead.writeBigInt64LE(BigInt(Date.parse(iso) - Date.now()));
    writeSync(fd, ahead, 0, 8, 0);
  };
  set(begins);
  return { set, now: () => new Date(Date.now() + Number(ahead.readBigInt64LE())),
    env: { LD_PRELOAD: join(build, "libshian-clock.so"), SHIAN_TEST_CLOCK: path },
    end: () => { closeSync(fd); rmSync(path, { force: true }); } };
}

// begins: the program's own calendar, such as 2026-11-23T10:00:00+08:00; then house.moveTo() moves it forward.
export async function openHouse({ operators = 400, camera = true, begins } = {}) {
  const data = mkdtempSync(join(tmpdir(), "shian-story-"));
  const clock = begins ? calendar(data, begins) : null;
  const postgres = process.env.SHIAN_DATABASE === "postgres";
  const db = postgres ? ["--db", process.env.SHIAN_TEST_PG] : [];
  const port = await freePort(), rtsp = await freePort();
  execFileSync(join(build, "shian"), ["demo", "--data", data, "--operators", String(operators),
    ...(camera ? ["--camera", `rtsp://127.0.0.1:${rtsp}/kitchen`] : []), ...(begins ? ["--at", begins.slice(0, 10)] : []), ...db], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...clock?.env } });
  const children = [];
  const start = (command, args, env = {}) => {
    const c = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", process.env.SHIAN_TEST_LOG ? "inherit" : "ignore"] });
    children.push(c);
    return c;
  };
  if (camera) start(join(build, "shian-camera"), [join(root, "demo/kitchen.mp4"), "--listen", `127.0.0.1:${rtsp}`, "--path", "/kitchen"]);
  const program = start(join(build, "shian"), ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, ...db], clock?.env);
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the program", () => fetch(`${url}/healthz`).then((r) => r.ok, () => false));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--autoplay-policy=no-user-gesture-required"] });
  const house = { data, url, browser, db, program, build };
  house.children = () => Object.fromEntries(JSON.parse(readFileSync(join(data, "run/status.json"))).children
    .map((c) => [c.name, c]));
  house.now = () => clock ? clock.now() : new Date();
  // The jobs process begins anew, and with it the look at every clock that a minute would bring.
  house.moveTo = async (iso) => {
    const { pid } = house.children().jobs;
    clock.set(iso);
    process.kill(pid, "SIGKILL");
    await waitFor("the jobs again", () => { const c = house.children().jobs; return c.pid && c.pid !== pid; }, 20);
  };
  house.sms = () => existsSync(join(data, "outbox/sms.jsonl"))
    ? readFileSync(join(data, "outbox/sms.jsonl"), "utf8").trim().split("\n").map((l) => JSON.parse(l)) : [];
  house.verify = () => {
    try {
      return { status: 0, out: execFileSync(join(build, "shian"), ["verify", "--data", data, ...db], { encoding: "utf8" }) };
    } catch (e) {
      return { status: e.status, out: String(e.stdout) };
    }
  };
  house.close = async () => {
    await browser.close();
    for (const c of children) c.kill("SIGTERM");
    await Promise.all(children.map((c) => c.exitCode !== null ? 0 : new Promise((r) => c.on("exit", r))));
    execFileSync("chmod", ["-R", "u+w", data]);
    rmSync(data, { recursive: true, force: true });
    clock?.end();
  };
  return house;
}

// One person with a browser of their own; phone: 390 px, else a desk of 1440 px. Every console error counts, but for
// refused answers and the lines that break when a story kills the web process.
export async function person(house, { phone = false, login } = {}) {
  const context = await house.browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai",
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, hasTouch: phone, isMobile: phone });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED/.test(m.text())) complaints.push(m.text()); });
  page.on("pageerror", (e) => complaints.push(String(e)));
  if (login) {
    await page.goto(`${house.url}/login`);
    await page.fill("#f-login", login);
    await page.fill("#f-password", password);
    await page.click("form[action='/login'] button");
    await page.waitForURL(/\/desk|\/$/);
  }
  return { context, page, complaints, go: (path) => page.goto(house.url + path) };
}

const pictures = process.env.SHIAN_PICTURES;
export async function picture(page, name) {
  // a telephone widens innerWidth to what sticks out: measured against the screen itself
  const wide = await page.evaluate((screen) => document.documentElement.scrollWidth - screen, page.viewportSize().width);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
