// The chain as its people see it, in Chromium: from a camera to a public code. SHIAN_PICTURES=DIR keeps screenshots.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openHouse, person, picture, waitFor } from "./house.mjs";

let house, one, two, party, lead, caseUrl, decisionCode;
const all = [];
const as = async (options) => { const p = await person(house, options); all.push(p); return p; };
const json = async (p, path) => (await p.context.request.get(house.url + path, { headers: { accept: "application/json" } })).json();

before(async () => { house = await openHouse(); });
after(async () => { await house?.close(); });

test("two officers sign in; the desk shows what waits", { timeout: 150_000 }, async () => {
  one = await as({ login: "officer1" });
  two = await as({ login: "officer2" });
  await one.go("/desk");
  await picture(one.page, "desk-1440");
});

test("the kitchen's picture shows live", { timeout: 150_000 }, async () => {
  const cameras = await json(one, "/cameras");
  assert.equal(cameras.cameras.length, 1);
  const id = cameras.cameras[0].id;
  await waitFor("the stream", async () => (await json(one, "/cameras")).cameras[0].live === "live");
  await one.go(`/cameras/${id}`);
  await waitFor("moving pictures", () => one.page.evaluate(() => {
    const v = document.querySelector("video");
    return v && v.videoWidth > 0 && v.currentTime > 0.2;
  }), 40);
  await picture(one.page, "camera-1440");
});

test("what the camera sees becomes a lead", { timeout: 150_000 }, async () => {
  lead = await waitFor("a lead of a bare head", async () =>
    (await json(one, "/leads")).leads.find((l) => l.rule === "head_uncovered"), 90);
  await waitFor("its clip", async () => (await json(one, `/leads/${lead.id}`)).lead.usable, 40); // the clip follows
  await one.go("/leads");
  await picture(one.page, "leads-1440");
});

for (const name of ["signer", "jobs", "media", "vision", "web"])
  test(`${name} may be killed at any time and comes back`, { timeout: 150_000 }, async () => {
    const pid = house.children()[name].pid;
    process.kill(pid, "SIGKILL");
    await waitFor(`${name} again`, () => { const c = house.children()[name]; return c.pid && c.pid !== pid; }, 20);
    await waitFor("answers", () => fetch(`${house.url}/healthz`).then((r) => r.ok, () => false));
  });

test("two different officers confirm it", { timeout: 150_000 }, async () => {
  await one.go(`/leads/${lead.id}`);
  await picture(one.page, "lead-1440");
  await one.page.fill("#reason", "操作人员未戴工作帽");
  await one.page.click("button[value=confirm]");
  await one.page.waitForLoadState();
  await one.go(`/leads/${lead.id}`); // it had gone on to the next
  assert.equal(await one.page.locator("button[value=confirm]").count(), 0, "the second cannot be the first");
  await two.go(`/leads/${lead.id}`);
  await two.page.click("button[value=confirm]");
  const cases = await waitFor("a pre-check", async () => (await json(one, "/cases")).cases.find((c) => c.state === "precheck"), 5);
  caseUrl = `/cases/${cases.id}`;
});

test("the case is filed by two officers with a reason", { timeout: 150_000 }, async () => {
  await one.go(caseUrl);
  await picture(one.page, "case-precheck-1440");
  await one.page.selectOption("#officer2", { index: 0 });
  await one.page.fill("#reason", "有初步证据证明从业人员未穿戴清洁的工作帽");
  for (const condition of ["proof", "penalty_due", "jurisdiction"]) await one.page.check(`[name=${condition}]`);
  await one.page.click("form[action$='/file'] .btn-primary");
  await one.page.waitForSelector("form[action$='/link']");
  await one.page.fill("#phone", "13912345678");
  await one.page.fill("#phone_reason", "执照登记电话已停机");
  await one.page.click("form[action$='/link'] button");
  await one.page.waitForLoadState();
  await two.go(caseUrl); // another telephone than the licence's goes out when the other officer agrees
  assert.equal(await two.page.inputValue("#phone"), "13912345678");
  await two.page.click("form[action$='/link'] button");
  await two.page.waitForLoadState();
});

test("the party opens its link on a telephone and looks at the evidence", { timeout: 150_000 }, async () => {
  const sms = await waitFor("the message", () => house.sms().find((m) => m.text.includes("/l/")));
  const path = sms.text.match(/\/l\/[A-Za-z0-9_-]{43}/)[0];
  party = await as({ phone: true });
  await party.go(path);
  await picture(party.page, "link-390");
  await party.page.click("main form button");
  await party.page.waitForURL(/\/code$/);
  const code = await waitFor("the code", () => house.sms().map((m) => m.text.match(/验证码是 (\d{6})/)).filter(Boolean).pop()?.[1]);
  await party.page.fill("#code", code);
  await picture(party.page, "link-code-390");
  await party.page.click("main form .btn-primary");
  await party.page.waitForURL(/\/my\/cases\//);
  await picture(party.page, "my-case-390");
  const stranger = await as({ phone: true });
  assert.equal((await stranger.go(path)).status(), 410, "a link works once");
  await party.page.click("a[href$='/evidence']");
  // the page looks again by itself until the faces are covered
  await party.page.waitForFunction(() => document.querySelector("figure img")?.naturalWidth > 100, null, { timeout: 90_000 });
  assert.equal(await party.page.locator("video").count(), 0, "a clip is not shown as it was recorded");
  await party.page.waitForSelector(".filmstrip img", { timeout: 60_000 });
  await picture(party.page, "my-evidence-390");
  await party.page.click("form[action$='/seen'] button");
});

async function signed(name) {
  const canvas = party.page.locator("canvas");
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await party.page.mouse.move(box.x + 30, box.y + 60);
  await party.page.mouse.down();
  for (let i = 0; i < 40; i++) await party.page.mouse.move(box.x + 30 + i * 5, box.y + 60 + 30 * Math.sin(i / 3));
  await party.page.mouse.up();
  await picture(party.page, name);
  await party.page.click("main form .btn-primary");
}

test("it accepts, confirms its address and signs by finger", { timeout: 150_000 }, async () => {
  await party.page.waitForURL(/answer$/);
  await picture(party.page, "my-answer-390");
  await party.page.click("form[action$='/answer'] button"); // nothing chosen
  await party.page.waitForSelector(".field-error");
  await picture(party.page, "my-answer-error-390");
  await party.page.check("input[value=accepts]");
  await party.page.click("form[action$='/answer'] button");
  await party.page.waitForSelector("canvas"); // the record is read, then signed
  await signed("my-record-390");
  await party.page.waitForURL(/address$/);
  await party.page.fill("#f-e_phone", "13912345678");
  await picture(party.page, "my-address-390");
  await party.page.click("form[action$='/address'] button.btn-primary");
  await party.page.waitForSelector("canvas");
  await signed("my-confirmation-390");
  await party.page.waitForURL(/\/my\/cases\/\d+$/);
  await waitFor("the confirmation as a paper", async () =>
    (await json(one, caseUrl)).papers.some((p) => p.title === "送达地址确认书" && p.sealed));
});

test("the correction is ordered, shown by photo and accepted", { timeout: 150_000 }, async () => {
  await one.go(caseUrl);
  await one.page.click("form[action$='/correction'] button");
  await one.page.waitForLoadState();
  await waitFor("the order", async () => (await json(one, caseUrl)).papers.some((p) => p.title === "责令改正通知书" && p.sealed));
  await party.go(new URL(party.page.url()).pathname.replace(/(\/my\/cases\/\d+).*/, "$1/correction"));
  await picture(party.page, "my-correction-390");
  await party.page.setInputFiles("#f-photo", { name: "done.jpg", mimeType: "image/jpeg",
    buffer: Buffer.from(await (await one.context.request.get(`${house.url}/leads/${lead.id}/still`)).body()) });
  await party.page.fill("#f-words", "已为全部操作人员配发工作帽");
  await party.page.click("form[action$='/correction'] button");
  await party.page.waitForURL(/\/my\/cases\/\d+$/);
  await one.go(caseUrl);
  await one.page.click("button[value=accept]");
  await one.page.waitForLoadState();
});

test("told, heard, proposed by one, signed by the other: a warning", { timeout: 150_000 }, async () => {
  await one.go(`${caseUrl}/do/weigh`);
  await one.page.selectOption("[name=reply_minor]", "no");
  await one.page.selectOption("[name=reply_first]", "no");
  await one.page.click("form[action$='/do/weigh'] button.btn-primary");
  await one.page.waitForLoadState();
  await one.go(caseUrl);
  await one.page.click("form[action$='/tell'] button");
  await one.page.click("#confirm-dialog button[value=yes]");
  await one.page.waitForLoadState();
  await waitFor("told", async () => (await json(one, caseUrl)).case.state === "told");
  await party.go(new URL(party.page.url()).pathname + "/statement");
  await picture(party.page, "my-statement-390");
  await party.page.fill("#f-words", "初次发生，已经改正，以后注意");
  await party.page.click("button[value=made]");
  await party.page.waitForSelector("button[value=all]");
  await party.page.click("button[value=all]");
  await party.page.waitForSelector("canvas");
  await signed("my-defence-390");
  await party.page.waitForURL(/\/my\/cases\/\d+$/);
  await one.go(caseUrl);
  await one.page.fill("#adopted", "已核实改正情况；不影响违法事实的认定");
  await one.page.click("form[action$='/propose'] button");
  await one.page.waitForLoadState();
  await two.go(caseUrl);
  await picture(two.page, "case-proposed-1440");
  await two.page.click("button[value=sign]");
  await waitFor("served and closed", async () => (await json(one, caseUrl)).case.state === "closed");
  const c = await json(one, caseUrl);
  assert.equal(c.case.service_way, "electronic");
  decisionCode = c.papers.find((p) => p.title === "当场行政处罚决定书").code;
  await two.go(caseUrl);
  await picture(two.page, "case-closed-1440");
  await party.go(new URL(party.page.url()).pathname + "/decision");
  await picture(party.page, "my-decision-390");
});

test("the code is yellow; the public page says no more than the law lets be published", { timeout: 150_000 }, async () => {
  const c = await json(one, caseUrl);
  const operator = await json(one, `/operators/${c.case.operator}`);
  const code = operator.operator.code;
  const resident = await as({ phone: true });
  await resident.go(`/p/${code}`);
  await picture(resident.page, "public-390");
  const text = await resident.page.textContent("main");
  assert.match(text, /一般/);
  assert.doesNotMatch(text, /警告|处罚决定|未穿戴/, "a warning only is not published");
  const open = await json(resident, `/p/${code}`);
  assert.equal(open.grade.colour, "yellow");
  assert.ok(!JSON.stringify(open).includes(operator.operator.phone), "no telephone");
});

test("anybody can verify the decision against a signed head", { timeout: 150_000 }, async () => {
  const resident = await as({ phone: true });
  await resident.go(`/v/${decisionCode}`);
  await waitFor("a signed head", async () => (await json(resident, `/v/${decisionCode}`)).proof?.path, 30);
  await resident.page.reload();
  assert.equal(await resident.page.locator(".alert-red").count(), 0);
  await picture(resident.page, "verify-390");
});

test("shian verify finds a flipped byte in a paper, and so does the public page", { timeout: 150_000 }, async () => {
  assert.equal(house.verify().status, 0, house.verify().out);
  const { sm3 } = await json(one, `/v/${decisionCode}`);
  const file = join(house.data, "objects", sm3.slice(0, 2), sm3.slice(2, 4), sm3);
  const flip = () => {
    const b = readFileSync(file);
    b[200] ^= 1;
    chmodSync(file, 0o600);
    writeFileSync(file, b);
  };
  flip();
  const found = house.verify();
  assert.equal(found.status, 1);
  assert.match(found.out, new RegExp(sm3));
  const resident = await as({ phone: true });
  await resident.go(`/v/${decisionCode}`);
  assert.ok(await resident.page.locator(".alert-red").count() > 0);
  flip();
  assert.equal(house.verify().status, 0);
});

test("the screens of the house, in both languages", { timeout: 150_000 }, async () => {
  const admin = await as({ login: "admin1" }), head = await as({ login: "head1" });
  for (const [p, paths] of [[one, ["/desk", "/operators", "/inspections", "/grades", "/leads?state=all", "/rules", "/cameras", "/cases?state=all", "/wall"]],
    [admin, ["/users", "/users/new"]], [head, ["/ledger", "/desk"]]])
    for (const path of paths) {
      const r = await p.go(path);
      assert.equal(r.status(), 200, path);
      await picture(p.page, `screen${path.replace(/\W+/g, "-")}-1440`);
    }
  const phone = await as({ phone: true, login: "officer1" });
  for (const path of ["/desk", "/leads?state=all", "/operators", caseUrl]) {
    await phone.go(path);
    const wide = await phone.page.evaluate((screen) => document.documentElement.scrollWidth - screen, phone.page.viewportSize().width);
    assert.ok(wide <= 0, `${path} is ${wide} px too wide for a telephone`);
    await picture(phone.page, `phone${path.replace(/\d{6,}/, "").replace(/\W+/g, "-")}-390`);
  }
  const visitor = await as({ phone: true });
  for (const path of ["/", "/search?q=面", "/verify", "/about", "/login"]) {
    assert.equal((await visitor.go(path)).status(), 200, path);
    await picture(visitor.page, `visitor${path.replace(/\W+/g, "-")}-390`);
  }
  await visitor.go("/?lang=en");
  await picture(visitor.page, "visitor-en-390");
  assert.match(await visitor.page.textContent("html"), /food/i);
  const wall = await as({ login: "command1" });
  await wall.page.setViewportSize({ width: 1920, height: 1080 });
  await wall.go("/wall");
  await new Promise((r) => setTimeout(r, 1500));
  await picture(wall.page, "wall-1920");
});

test("no page complained in the browser's console", { timeout: 150_000 }, () => {
  for (const p of all) assert.deepEqual(p.complaints, []);
});
