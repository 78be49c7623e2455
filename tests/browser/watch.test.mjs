// Watching a kitchen in Chromium: live over the WebSocket, back in the day across a gap, the wall, a clip kept.
// SHIAN_PICTURES=DIR keeps screenshots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHouse, person, picture, waitFor } from "./house.mjs";
import { sign } from "./sign.mjs";

let house, one, id, day;
const json = async (path) => (await one.context.request.get(house.url + path, { headers: { accept: "application/json" } })).json();
const player = (what) => one.page.evaluate(what, ".player");

before(async () => {
  house = await openHouse();
  one = await person(house, { login: "officer1" });
  id = (await json("/cameras")).cameras[0].id;
  await waitFor("the stream", async () => (await json("/cameras")).cameras[0].live === "live", 120);
});
after(async () => { await house?.close(); });

test("the live picture comes over the WebSocket", { timeout: 150_000 }, async () => {
  await one.go(`/cameras/${id}`);
  const first = await waitFor("the first picture", () => player((p) => document.querySelector(p)?.dataset.first), 60);
  assert.equal(await player((p) => document.querySelector(p).dataset.by), "socket");
  console.log(`first picture after ${first} ms`);
  await waitFor("moving pictures", () => player((p) => {
    const v = document.querySelector(`${p} video`);
    return v.videoWidth > 0 && document.querySelector(p).dataset.status === "live" && v.currentTime > 1;
  }), 40);
  await picture(one.page, "camera-live-1440");
});

test("other sites' pages get no picture, nor do strangers", { timeout: 60_000 }, async () => {
  const shake = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
  const { request } = await import("node:http");
  const ask = (headers) => new Promise((done, fail) => {
    const r = request(`${house.url}/cameras/${id}/live/ws`, { headers: { ...shake, ...headers } }, (a) => { a.resume(); done(a.statusCode); });
    r.on("upgrade", (a, socket) => { socket.destroy(); done(a.statusCode); });
    r.on("error", fail);
    r.end();
  });
  const cookie = (await one.context.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
  assert.equal(await ask({ cookie }), 101);
  assert.equal(await ask({ cookie, origin: "https://evil.example" }), 403);
  assert.equal(await ask({}), 303);
});

test("a gap shows as a gap, and both sides of it play", { timeout: 240_000 }, async () => {
  await new Promise((r) => setTimeout(r, 8000)); // so much is recorded before
  for (let i = 0; i < 3; i++) { // killed once, it is back too soon for a gap that is shown (GAP_MS)
    try { process.kill(house.children().media.pid, "SIGKILL"); } catch { /* on its way */ }
    await new Promise((r) => setTimeout(r, 1000));
  }
  day = await waitFor("two spans with a gap between them", async () => {
    const d = (await json(`/cameras/${id}/day`)).day;
    return d.spans.length >= 2 && d.spans.at(-1).to - d.spans.at(-1).from > 8000 && d;
  }, 90);
  assert.ok(day.gaps.length >= 2);
  await one.go(`/cameras/${id}`);
  await waitFor("the player", () => player((p) => document.querySelector(p)?.dataset.first), 60);
  const end = day.spans[0].to;
  await one.page.evaluate((at) => document.querySelector(".day").day.play(at), end - 6000);
  await waitFor("the recording", () => player((p) => document.querySelector(p).dataset.status === "recorded"), 60);
  await waitFor("the other side", () => one.page.evaluate((to) => document.querySelector(".day").day.at >= to, day.spans[1].from), 60);
  await picture(one.page, "camera-scrub-1440");
  await one.page.click(".day-live");
  await waitFor("the live picture again", () => player((p) => document.querySelector(p).dataset.status === "live"), 40);
  await one.go(`/cameras/${id}/day`);
  await picture(one.page, "camera-day-1440");
});

test("a clip is kept with its manifest", { timeout: 120_000 }, async () => {
  await one.go(`/cameras/${id}/clips`);
  const local = (ms) => new Date(ms + 8 * 3600e3).toISOString().slice(0, 19);
  await one.page.fill("#from", local(day.spans[0].from + 1000));
  await one.page.fill("#to", local(day.spans[0].from + 5000));
  await one.page.fill("#reason", "留存示例");
  await one.page.click("form[action$='/clips'] button");
  const clip = await waitFor("the clip", async () => (await json(`/cameras/${id}/clips`)).clips[0], 60);
  const zip = await (await one.context.request.get(`${house.url}/cameras/${id}/clips/${clip.id}.zip`)).body();
  assert.equal(zip.subarray(0, 4).toString("latin1"), "PK\x03\x04");
  assert.ok(zip.includes(clip.clip_sha256), "the manifest names the digest");
  await one.go(`/cameras/${id}/clips`);
  await picture(one.page, "camera-clips-1440");
});

for (const [width, height] of [[390, 844], [1440, 900], [1920, 1080]])
  test(`the wall at ${width} px`, { timeout: 60_000 }, async () => {
    await one.page.setViewportSize({ width, height });
    for (const n of [4, 16]) {
      await one.go(`/cameras/wall?n=${n}`);
      await waitFor("a picture", () => player((p) => document.querySelector(p)?.dataset.first), 40);
      await picture(one.page, `camera-wall-${n}-${width}`);
      assert.ok(await one.page.evaluate((screen) => document.documentElement.scrollWidth <= screen, one.page.viewportSize().width), "nothing sticks out");
    }
  });

test("a check by video: what is seen is taken, two inspectors sign, the business confirms it by its link", { timeout: 150_000 }, async () => {
  const { operator } = (await json(`/cameras/${id}`)).camera;
  await one.page.setViewportSize({ width: 820, height: 1180 });
  await one.go(`/inspections/today?operator=${operator}&kind=INSP_OFFSITE`);
  await one.page.waitForSelector("[data-record]");
  await waitFor("moving pictures", () => one.page.evaluate(() => document.querySelector(".record-cameras video")?.videoWidth > 0), 60);
  await one.page.selectOption("#t-officer2", { index: 1 });
  await one.page.click("#t-rest");
  await one.page.check('[id="i-8.3"] input[value=fail]');
  await one.page.fill('[id="w-8.3"]', "垃圾桶未加盖");
  await one.page.click("#t-finish");
  await one.page.waitForSelector("[role=alert] li"); // no picture and no signature yet
  await one.page.click('[id="c-8.3"]');
  await one.page.waitForSelector('[id="i-8.3"] .photos img');
  for (const s of ["sign1", "sign2"]) await sign(one.page, s);
  await picture(one.page, "video-record-820");
  await one.page.click("#t-finish");
  const path = await (await one.page.waitForSelector("[data-records] [data-state=sent] a")).getAttribute("href");
  const before = await json(path);
  assert.equal(before.photos.length, 1);
  assert.ok(before.photos[0].camera, "the picture names its camera");
  await one.page.setViewportSize({ width: 1440, height: 900 });
  await one.go(path);
  await picture(one.page, "video-result-1440");
  const link = await waitFor("the message", () => house.sms().map((s) => JSON.stringify(s).match(/http[^"\s]*\/i\/[\w-]+/)?.[0]).find((l) => l?.startsWith(house.url)), 30); // others are of the demonstration
  const party = await person(house, { phone: true });
  await party.page.goto(link);
  await party.page.waitForSelector(".photos img");
  await picture(party.page, "video-party-390");
  await party.page.click("form[action$='/seen'] button");
  await party.page.waitForLoadState();
  assert.equal(await party.page.locator("form[action$='/seen']").count(), 0, "confirmed once");
  assert.match((await (await one.context.request.get(house.url + path)).text()), /确认收到/);
  assert.deepEqual(party.complaints, []);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(one.complaints, []);
});
