// A day on the officer's tablet in Chromium: businesses are taken along, the network goes, records with photos and
// signatures are made, the network comes back: nothing lost, nothing double. The same with the tab killed half-way and
// with the centre's answer lost. SHIAN_PICTURES=DIR keeps screenshots.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { openHouse, person, picture, waitFor } from "./house.mjs";
import { sign } from "./sign.mjs";

const LIMIT = { timeout: 240_000 };
let house, one, two, other;
const json = async (p, path) => (await p.context.request.get(house.url + path, { headers: { accept: "application/json" } })).json();
const records = async (p) => (await json(p, "/inspections?kind=INSP_RANDOM")).inspections;
const rows = (page, state) => page.locator(`[data-records] [data-state=${state}]`);

/** A picture of the camera's size, of its own colour, so that each photo can be told from the others. */
async function photo(page, colour) {
  const data = await page.evaluate((c) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1600 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = c;
    pen.fillRect(0, 0, 2400, 1600);
    pen.fillStyle = "#fff";
    for (let i = 0; i < 400; i++) pen.fillRect((i * 97) % 2400, (i * 61) % 1600, 40, 20);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  }, colour);
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") };
}

async function takeAlong(page, n) {
  await page.goto(`${house.url}/inspections/today`);
  await page.waitForSelector("form[role=search]");
  await page.waitForSelector("[data-island=tablet][data-ready=yes]");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.fill("#t-q", "");
  await page.click("form[role=search] button");
  await page.waitForSelector("[data-found]");
  for (let i = 0; i < n; i++) {
    await page.locator("[data-found] button").nth(0).click();
    await page.waitForFunction((k) => document.querySelectorAll("[data-business]").length >= k, i + 1);
  }
}

/** Another tab in the same browser, in the place of the one that died. */
async function newTab() {
  one.page = await one.context.newPage();
  one.page.on("dialog", (d) => d.accept());
  one.page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) one.complaints.push(m.text()); });
  one.page.on("pageerror", (e) => one.complaints.push(String(e)));
}

const start = (page, i) => page.locator("[data-business] .btn-primary").nth(i).click().then(() => page.waitForSelector("[data-record]"));

async function beginning(page) {
  await page.selectOption("#t-kind", "INSP_RANDOM"); // the demonstration has none of this kind
  await page.selectOption("#t-officer2", { index: 1 });
  await page.check("#t-cards_shown");
  await page.check("#t-notice_read");
  await page.selectOption("#t-notice_answer", "none");
  await page.fill("#t-met", "张三");
}

/** All passed but the item at this place of the table (kinds of business have different ones); answers its number. */
async function items(page, at, shot) {
  await page.click("#t-rest");
  const no = (await page.locator(".item").nth(at).getAttribute("id")).slice(2);
  await page.check(`[id="i-${no}"] input[value=fail]`);
  const standard = page.locator(`[id="i-${no}"] .item-found input[type=checkbox]`);
  if (await standard.count()) await standard.first().check();
  else await page.fill(`[id="w-${no}"]`, "现场不符合要求");
  await page.setInputFiles(`[id="p-${no}"]`, shot);
  await page.waitForSelector(`[id="i-${no}"] .photos img`);
  return no;
}

async function finish(page) {
  await page.click("#t-finish");
  await page.waitForSelector("[data-records]");
}

async function whole(page, i, { at = 1, colour = "#336699", refuses = false } = {}) {
  await start(page, i);
  await beginning(page);
  await items(page, at, await photo(page, colour));
  if (refuses) {
    await page.check("#t-refused");
    await page.fill("#t-refusal", "认为记录不属实");
    await page.fill("#t-witness", "居委会干部李四");
    await sign(page, "sign_witness");
  } else await sign(page, "sign_party");
  await sign(page, "sign1");
  await sign(page, "sign2");
  await finish(page);
}

/** Every record is at the centre once, whole: photo with its digest, signatures, sheet, orders to correct. */
async function atCentre(p, n) {
  const all = await records(p);
  assert.equal(all.length, n);
  assert.equal(new Set(all.map((r) => r.id)).size, n);
  for (const r of all) {
    const i = await json(p, `/inspections/${r.id}`);
    assert.equal(i.has_protocol, true);
    assert.equal(i.photos.length, 1);
    assert.equal(i.corrections.length, 1);
    const bytes = await (await p.context.request.get(`${house.url}/inspections/photos/${i.photos[0].id}`)).body();
    assert.equal(createHash("sha256").update(bytes).digest("hex"), i.photos[0].sha256);
    assert.ok(bytes.length < 1_000_000 && bytes.length > 5_000, `${bytes.length} bytes: made smaller on the device`);
  }
  const photos = new Set();
  for (const r of all) photos.add((await json(p, `/inspections/${r.id}`)).photos[0].sha256);
  assert.equal(photos.size, n, "each record has its own photo");
}

before(async () => {
  house = await openHouse({ camera: false });
  one = await person(house, { login: "officer1" });
  await one.page.setViewportSize({ width: 820, height: 1180 });
  one.page.on("dialog", (d) => d.accept());
});
after(async () => { await house?.close(); });

test("businesses are taken along, each with its check code", LIMIT, async () => {
  await takeAlong(one.page, 7);
  assert.equal(await one.page.locator("[data-business]").count(), 7);
  await picture(one.page, "tablet-list-820");
});

test("the network goes: the page opens again, and three inspections are made", LIMIT, async () => {
  await one.context.setOffline(true);
  await one.page.reload();
  await one.page.waitForSelector("[data-network=off]");
  await start(one.page, 0);
  assert.ok(await one.page.locator(".check-code img").evaluate((i) => i.complete && i.naturalWidth > 0), "the code is on the device");
  await beginning(one.page);
  await one.page.click("#t-finish"); // nothing is signed yet
  await one.page.waitForSelector("[role=alert] li");
  await items(one.page, 1, await photo(one.page, "#804020"));
  await picture(one.page, "tablet-record-820");
  for (const s of ["sign_party", "sign1", "sign2"]) await sign(one.page, s);
  await finish(one.page);
  await whole(one.page, 1, { at: 2, colour: "#208040" });
  await whole(one.page, 2, { at: 3, colour: "#204080", refuses: true });
  assert.equal(await rows(one.page, "queued").count(), 3);
  await picture(one.page, "tablet-queue-820");
});

test("it comes back: all three are at the centre, once", LIMIT, async () => {
  assert.equal((await records(one)).length, 0);
  await one.context.setOffline(false);
  await waitFor("three sent", async () => (await rows(one.page, "sent").count()) === 3, 60);
  await atCentre(one, 3);
  await picture(one.page, "tablet-sent-820");
});

test("the tab is killed half-way: the draft is there again with photo and signature", LIMIT, async () => {
  await one.context.setOffline(true);
  await start(one.page, 3);
  await beginning(one.page);
  const no = await items(one.page, 2, await photo(one.page, "#702070"));
  await sign(one.page, "sign_party");
  const cdp = await one.context.newCDPSession(one.page);
  cdp.send("Page.crash").catch(() => {}); // the process of the tab dies; nothing is asked
  await new Promise((r) => one.page.once("crash", r));
  await one.page.close();
  await newTab();
  await one.page.goto(`${house.url}/inspections/today`);
  await rows(one.page, "draft").locator(".btn-primary").click();
  await one.page.waitForSelector("[data-record]");
  assert.equal(await one.page.inputValue("#t-met"), "张三");
  assert.ok(await one.page.isChecked(`[id="i-${no}"] input[value=fail]`));
  assert.equal(await one.page.locator(`[id="i-${no}"] .photos img`).count(), 1);
  assert.ok(await one.page.locator("[data-sign=sign_party] .sign-kept").isVisible(), "the signature is kept");
  await sign(one.page, "sign1");
  await sign(one.page, "sign2");
  await finish(one.page);
});

test("the tab is killed while it sends, the answer is lost: sent again, kept once", LIMIT, async () => {
  let lost = 0;
  await one.context.route("**/inspections/records", async (route) => {
    if (lost < 2) {
      await route.fetch(); // it reached the centre and was kept
      lost++;
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  await one.context.setOffline(false);
  await waitFor("an answer lost", () => lost >= 1, 60);
  assert.equal((await records(one)).length, 4, "the centre has it, the tablet does not know");
  await one.page.close(); // before it hears
  await newTab();
  await one.page.goto(`${house.url}/inspections/today`);
  await waitFor("lost again", () => lost >= 2, 60);
  await one.page.reload();
  await waitFor("sent", async () => (await rows(one.page, "sent").count()) === 4 && (await rows(one.page, "queued").count()) === 0, 60);
  await one.context.unroute("**/inspections/records");
  await atCentre(one, 4);
});

test("two tabs: a draft is open in one; one of them sends", LIMIT, async () => {
  await one.context.setOffline(true);
  await whole(one.page, 4, { at: 1, colour: "#999900" });
  await start(one.page, 5);
  const second = await one.context.newPage();
  await second.goto(`${house.url}/inspections/today`);
  await rows(second, "draft").locator(".btn-primary").click();
  await second.waitForSelector("[data-note=lock]");
  await one.context.setOffline(false);
  await waitFor("sent", async () => (await rows(second, "sent").count()) === 5, 60);
  await atCentre(one, 5);
  await second.close();
  await one.page.click(".record .page-head .btn");
  await rows(one.page, "draft").getByText("删除").click();
  await waitFor("thrown away", async () => (await rows(one.page, "draft").count()) === 0);
});

test("a business was closed meanwhile: it is said, decided, sent", LIMIT, async () => {
  await one.context.setOffline(true);
  await whole(one.page, 6, { at: 1, colour: "#00aaaa" });
  const id = await one.page.locator("[data-business]").nth(6).getAttribute("data-business");
  two = await person(house, { login: "officer2" });
  const csrf = (await (await two.context.request.get(`${house.url}/operators/${id}`)).text()).match(/name="csrf" value="([0-9a-f]+)"/)[1];
  const closed = await two.context.request.post(`${house.url}/operators/${id}/close`, { form: { csrf }, maxRedirects: 0 });
  assert.equal(closed.status(), 303);
  await one.context.setOffline(false);
  await one.page.waitForSelector("[data-conflict=operator_closed]");
  await picture(one.page, "tablet-conflict-820");
  assert.equal((await records(one)).length, 5);
  await rows(one.page, "conflict").locator(".btn-primary").click();
  await waitFor("sent", async () => (await rows(one.page, "sent").count()) === 6, 60);
  await atCentre(one, 6);
});

test("the session ended: it asks to sign in and keeps the queue; signing out does not lose it", LIMIT, async () => {
  await one.context.setOffline(true);
  await whole(one.page, 5, { at: 3, colour: "#552200" });
  await one.context.clearCookies({ name: "shian" });
  await one.context.setOffline(false);
  await one.page.waitForSelector("[data-signin]");
  assert.equal(await rows(one.page, "queued").count(), 1);
  await one.page.click("[data-signin] a");
  await one.page.fill("#f-login", "officer1");
  await one.page.fill("#f-password", "Shian-demo-2026");
  await one.context.setOffline(false);
  await one.context.route("**/inspections/records", (route) => route.abort()); // still waiting when it signs out
  await one.page.click("form[action='/login'] button");
  await one.page.waitForURL(/\/inspections\/today/);
  await waitFor("the queue", async () => (await rows(one.page, "queued").count()) === 1);
  await one.page.goto(house.url + "/inspections");
  await one.page.click("form[action='/logout'] button");
  await one.page.waitForSelector(".leave-held");
  await one.context.unroute("**/inspections/records");
  await one.page.goto(house.url + "/inspections/today");
  await waitFor("sent", async () => (await rows(one.page, "sent").count()) === 7, 60);
  await atCentre(one, 7);
});

test("signing out takes everything off the device; the cache never had a person in it", LIMIT, async () => {
  const kept = await one.page.evaluate(async () => {
    const cache = await caches.open("shian-tablet");
    const out = [];
    for (const r of await cache.keys()) out.push([new URL(r.url).pathname, r.url.endsWith("today") ? await (await cache.match(r)).text() : ""]);
    return out;
  });
  const name = (await json(one, "/inspections/today")).me.name;
  for (const [path, text] of kept) {
    assert.match(path, /^\/(assets\/|inspections\/today$)/);
    assert.ok(!text.includes(name) && !/data-csrf="[0-9a-f]/.test(text));
  }
  await one.page.goto(house.url + "/inspections");
  await one.page.click("form[action='/logout'] button");
  await one.page.waitForURL((u) => u.pathname === "/");
  const left = await one.page.evaluate(async () => [(await indexedDB.databases()).map((d) => d.name), await caches.keys(), localStorage.length]);
  assert.deepEqual(left, [[], [], 0]);
});

test("on a telephone the page is no wider than its screen", LIMIT, async () => {
  other = await person(house, { phone: true, login: "officer2" });
  await takeAlong(other.page, 1);
  const wide = () => other.page.evaluate((screen) => document.documentElement.scrollWidth - screen, other.page.viewportSize().width);
  assert.ok((await wide()) <= 0);
  await picture(other.page, "tablet-list-390");
  await start(other.page, 0);
  await items(other.page, 1, await photo(other.page, "#336699"));
  assert.ok((await wide()) <= 0);
  await picture(other.page, "tablet-record-390");
});

test("no page complained in the browser's console", LIMIT, () => {
  for (const p of [one, two, other])
    assert.deepEqual(p.complaints.filter((c) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|ERR_FAILED/.test(c)), []);
});
