// What people do in a story of the procedure: officers at their desks, the party on its telephone, papers in hand.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { person, picture, root, waitFor } from "./house.mjs";

const accept = { accept: "application/json" };

/** A black line as a finger draws it, in the signature box of the page. */
export async function signByFinger(page, box = "canvas") {
  const canvas = page.locator(box).first();
  await canvas.scrollIntoViewIfNeeded();
  const at = await canvas.boundingBox();
  await page.mouse.move(at.x + 30, at.y + 60);
  await page.mouse.down();
  for (let i = 0; i < 30; i++) await page.mouse.move(at.x + 30 + i * 6, at.y + 60 + 30 * Math.sin(i / 3));
  await page.mouse.up();
}

/** A photo as a telephone makes it; no two are alike. */
export async function photo(page, colour = "#884422") {
  const data = await page.evaluate((c) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 900 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = c;
    pen.fillRect(0, 0, 1200, 900);
    pen.fillStyle = "#fff";
    for (let i = 0; i < 90; i++) pen.fillRect((i * 97) % 1200, (i * 61) % 900, 40, 20);
    return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  }, colour);
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") };
}

export class People {
  constructor(house) {
    this.house = house;
    this.desks = new Map();
    this.all = [];
    this.moves = 0;
    this.phones = 13900001000;
  }

  async #enter(options) {
    const p = await person(this.house, options);
    p.json = async (path) => {
      const r = await p.context.request.get(this.house.url + path, { headers: accept });
      assert.equal(r.status(), 200, `${path}: ${r.status()}`);
      return r.json();
    };
    p.csrf = async () => p.page.locator("input[name=csrf]").first().inputValue();
    p.see = async (path, name) => {
      const r = await p.go(path);
      assert.equal(r.status(), 200, path);
      const wide = await p.page.evaluate((screen) => document.documentElement.scrollWidth - screen, p.page.viewportSize().width);
      assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
      assert.equal(await p.page.locator(".timeline-title", { hasText: /^[a-z_]+\.[a-z_]+$/ }).count(), 0, `${path}: a fact without words`);
      if (name) await picture(p.page, `${name}-${options.phone ? 390 : 1440}`);
      return (await p.page.locator("main").innerText()).replace(/\s+/g, " ");
    };
    // Whatever is pressed is answered by a page, and that page is no refusal.
    p.press = async (selector, refused = false) => {
      const [r] = await Promise.all([p.page.waitForResponse((x) => x.request().method() === "POST" && x.request().isNavigationRequest()),
        p.page.click(selector)]);
      await p.page.waitForLoadState();
      const text = (await p.page.locator("main").innerText()).replace(/\s+/g, " ");
      if (!refused) assert.ok(r.status() === 303 || r.status() === 200, `${selector}: ${r.status()} ${text.slice(0, 300)}`);
      else assert.ok(r.status() >= 400, `${selector} was not refused`);
      return text;
    };
    this.all.push(p);
    return p;
  }

  /** Somebody of the bureau at a desk of 1440 px; signed in anew when the clock was moved. */
  async desk(login) {
    let d = this.desks.get(login);
    if (d && d.moves === this.moves) return d;
    if (d) await d.context.close();
    d = await this.#enter({ login });
    d.moves = this.moves;
    this.desks.set(login, d);
    return d;
  }

  stranger() { return this.#enter({ phone: true }); }

  async moveTo(iso) {
    await this.house.moveTo(iso);
    this.moves++;
  }

  /** The other officer of the case, at its desk. */
  async other(officer, id) {
    const c = (await officer.json(`/cases/${id}`)).case, two = [c.officer1, c.officer2].map(String);
    const users = (await (await this.desk("admin1")).json("/users")).users;
    const own = [...this.desks].find(([, d]) => d === officer)[0];
    return this.desk(users.find((u) => u.login !== own && two.includes(String(u.id))).login);
  }

  /** The party: a telephone of 390 px that opened the link of its message with the code of the next. */
  async party(officer, id, name) {
    const phone = String(++this.phones);
    await officer.see(`/cases/${id}`);
    await officer.page.fill("#phone", phone);
    await officer.page.fill("#phone_reason", "经营者当面告知的联系电话");
    await officer.press("form[action$='/link'] button");
    const other = await this.other(officer, id); // another telephone than the licence's: both of them
    await other.see(`/cases/${id}`, name && `${name}-link-asked`);
    await other.press("form[action$='/link'] button");
    const mine = () => this.house.sms().filter((m) => m.phone === phone).map((m) => m.text);
    const link = (await waitFor("the link", () => mine().find((t) => t.includes("/l/")))).match(/\/l\/[A-Za-z0-9_-]{43}/)[0];
    const p = await this.stranger();
    await p.see(link, name && `${name}-link`);
    await p.press("main form button");
    const code = await waitFor("the code", () => mine().map((t) => t.match(/验证码是 (\d{6})/)).filter(Boolean).pop()?.[1]);
    await p.page.fill("#code", code);
    await p.press("main form .btn-primary");
    assert.match(p.page.url(), new RegExp(`/my/cases/${id}$`));
    p.phone = phone;
    p.my = (page = "") => `/my/cases/${id}${page && "/"}${page}`;
    return p;
  }

  /** A kitchen with a camera that the register knows, its reviews and its sign: what it records may be evidence. */
  async kitchen(operator) {
    const one = await this.desk("officer1"), reviewer = await this.desk("reviewer1");
    await one.see(`/cameras/new?operator=${operator.id}`);
    const made = await this.#post(one, "/cameras", { operator: operator.id, name: "后厨一号机", place: "热加工间入口上方", url: "rtsp://127.0.0.1:1/none",
      owner: operator.name, standard: "GB/T 28181-2022", hours: "06:00-22:00", interval_ms: 10000, notice_url: "https://www.example.org/notice",
      notice_at: "2026-01-10", valid_from: "2026-02-01", valid_to: "2027-12-31" });
    const id = made.headers().location.match(/\/cameras\/(\d+)/)[1];
    await reviewer.see("/desk"); // the camera's own page would look for a live picture
    await this.#post(reviewer, `/cameras/${id}/legal`, { number: "法审1号", result: "passed" });
    await this.#post(one, `/cameras/${id}/technical`, { number: "技审1号", result: "passed" });
    await this.#post(one, `/cameras/${id}/sign`, { photo: await photo(one.page) });
    return id;
  }

  async #post(p, path, fields) {
    const csrf = await p.csrf();
    const r = await p.context.request.post(this.house.url + path, { multipart: { csrf, ...fields }, maxRedirects: 0, headers: { accept: "text/html" } });
    assert.ok(r.status() === 303, `${path}: ${r.status()} ${(await r.text()).replace(/<[^>]+>|\s+/g, " ").slice(0, 800)}`);
    return r;
  }

  /** A finding as the vision worker sends it, confirmed by two officers: the case's pre-check. Answers its id. */
  async finding(camera, rule) {
    const token = readFileSync(join(this.house.data, "keys/machine.token"), "utf8").trim(), now = this.house.now().getTime();
    const one = await this.desk("officer1"), two = await this.desk("officer2");
    const r = await one.context.request.post(`${this.house.url}/leads`, { headers: { authorization: `Bearer ${token}`, ...accept },
      multipart: { key: `${camera}-${rule}-${now}`, camera, rule, rule_version: "1", model: "test@1", started_at: now - 20000, ended_at: now - 16000,
        clip_from: now - 28000, clip_to: now - 10000, score: 8700, width: 1200, height: 900, findings: "[]", still: await photo(one.page, "#446688"),
        clip: { name: "clip.mp4", mimeType: "video/mp4", buffer: readFileSync(join(root, "tests/clip.mp4")) } } });
    assert.equal(r.status(), 201, await r.text());
    const lead = (await r.json()).id;
    for (const p of [one, two]) {
      await p.see(`/leads/${lead}`);
      await p.press("button[value=confirm]");
    }
    const operator = (await one.json(`/leads/${lead}`)).lead.operator;
    const found = (await one.json("/cases?state=precheck")).cases;
    for (const c of found) if ((await one.json(`/cases/${c.id}`)).case.operator === operator) return c.id;
    throw new Error("no pre-check was opened");
  }
}

/** A step of the ordinary procedure: its link is among the next steps of the case's page; its form is filled in and sent. */
export async function step(p, id, key, fields = {}, { sign, name } = {}) {
  await p.see(`/cases/${id}`);
  await p.page.click(`.links a[href$='/do/${key}']`);
  await p.page.waitForURL(new RegExp(`/do/${key}$`));
  for (const [field, value] of Object.entries(fields)) {
    const at = p.page.locator(`[name="${field}"]`);
    const type = await at.first().evaluate((e) => e.tagName === "SELECT" ? "select" : e.type);
    if (type === "select") await at.selectOption(value);
    else if (type === "radio") await p.page.check(`[name="${field}"][value="${value}"]`);
    else if (type === "checkbox") await at.setChecked(value);
    else if (type === "file") await at.setInputFiles(value);
    else await at.fill(value);
  }
  if (sign) await signByFinger(p.page);
  if (name) await picture(p.page, `${name}-1440`);
  const text = await p.press("main form .btn-primary");
  assert.match(p.page.url(), new RegExp(`/cases/${id}$`), text.slice(0, 500));
  return text;
}

/** The leader who is no officer of the case approves what waits. */
export async function approve(p, id) {
  await p.see(`/cases/${id}`);
  return p.press("button[value=approve]");
}

/** The text of a sealed paper of the case as pdftotext reads it, without blanks; who downloads it is p. */
export async function paper(p, id, title, { of, name } = {}) {
  const papers = async () => (await (of || p).json(`/cases/${id}`)).papers.filter((x) => x.title === title && x.sealed);
  const found = await waitFor(`${title} as a paper`, async () => (await papers()).pop(), 30).catch(async (e) => {
    throw new Error(`${e.message}: ${JSON.stringify((await (of || p).json(`/cases/${id}`)).papers)}`);
  });
  const r = await p.context.request.get(`${new URL(p.page.url()).origin}/papers/${found.id}/file`);
  assert.equal(r.status(), 200, title);
  assert.equal(r.headers()["content-type"], "application/pdf");
  return { ...found, text: pdfText(await r.body(), name || title) };
}

export function pdfText(bytes, name) {
  const file = join(process.env.SHIAN_PICTURES || tmpdir(), `shian-${process.pid}-${name.replace(/\W/g, "") || "paper"}-${bytes.length}.pdf`);
  writeFileSync(file, bytes);
  try {
    return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).replace(/\s+/g, "");
  } finally {
    if (!process.env.SHIAN_PICTURES) rmSync(file, { force: true });
  }
}

/** All of these words stand in the text; who reads a failure sees the text. */
export function says(text, ...words) {
  for (const w of words) {
    const there = w instanceof RegExp ? w.test(text) : text.includes(w);
    assert.ok(there, `'${w}' is not in: ${text.slice(0, 2500)}`);
  }
}
