// Cases as their people live them, in Chromium: officers at 1440 px, the party at 390 px, with the program's own calendar
// moved forward. Each story reads what the person sees, and the papers that came of it. SHIAN_PICTURES=DIR keeps screenshots
// and papers. SHIAN_STORIES=refused,warned runs only these.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHouse, picture, waitFor } from "./house.mjs";
import { approve, paper, pdfText, People, photo, says, signByFinger, step } from "./people.mjs";

const LIMIT = { timeout: 300_000 };
const only = process.env.SHIAN_STORIES?.split(",");
const story = (key, name, run) => test(name, { ...LIMIT, skip: only && !only.includes(key) ? "not asked for" : false }, run);
const opinion = "事实清楚，证据充分，定性准确，程序合法，处理适当，同意。";
const points = Object.fromEntries(["jurisdiction", "party", "facts", "nature", "basis", "procedure", "proportion"].map((k) => [k, "yes"]));

let house, people, kitchens;
const state = async (p, id) => (await p.json(`/cases/${id}`)).case;
const reached = (p, id, ...states) => waitFor(`case ${states}`, async () => {
  const c = await state(p, id);
  return states.includes(c.state) && c;
}, 30);

before(async () => {
  house = await openHouse({ operators: 120, camera: false, begins: "2026-11-23T08:00:00+08:00" });
  people = new People(house);
  const one = await people.desk("officer1");
  kitchens = [];
  for (const o of (await one.json("/operators?area=310112101")).operators.slice(0, 5)) {
    const { operator } = await one.json(`/operators/${o.id}`);
    kitchens.push({ ...operator, id: o.id, camera: await people.kitchen(operator) });
  }
  await people.moveTo("2026-11-23T10:00:00+08:00"); // the reviews lie before what the cameras record
}, LIMIT);
after(async () => { await house?.close(); });

/** Two officers file it, by the simple or the ordinary procedure; a leader approves the latter. */
async function file(p, id, { ordinary = false, reason = "有初步证据证明违法行为，依法应当立案。", second } = {}) {
  await p.see(`/cases/${id}`);
  await p.page.selectOption("#officer2", second ? { value: second } : { index: 0 });
  await p.page.fill("#reason", reason);
  for (const condition of ["proof", "penalty_due", "jurisdiction"]) await p.page.check(`[name=${condition}]`);
  if (ordinary && await p.page.locator("[name=ordinary]").count()) await p.page.check("[name=ordinary]");
  await p.press("form[action$='/file'] .btn-primary");
  if (ordinary) await approve(await people.desk("head1"), id);
  assert.equal((await state(p, id)).state, "filed");
}

/** The party looks, answers, confirms its address with a finger's signature. */
async function confirms(party, { answer = "accepts", words = "", consent = "yes", name } = {}) {
  await party.see(party.my("evidence"), name && `${name}-my-evidence`);
  await party.press("form[action$='/seen'] button");
  await party.page.check(`[name=answer][value=${answer}]`);
  await party.page.fill("#f-words", words);
  if (name) await picture(party.page, `${name}-my-answer-390`);
  await party.press("form[action$='/answer'] button");
  if (await party.page.locator("canvas").count()) // nothing that a device recorded: nothing to sign
    await reads(party, "电子数据证据提取笔录", name && `${name}-my-record`);
  await party.page.check(`[name=consent][value=${consent}]`);
  await party.page.fill("#f-e_phone", party.phone);
  if (name) await picture(party.page, `${name}-my-address-390`);
  await party.press("form[action$='/address'] .btn-primary");
  await reads(party, "送达地址确认书", name && `${name}-my-confirmation`);
}

/** The paper as it will be, line by line; then the signature under it. */
async function reads(party, title, name) {
  says(await party.page.textContent("main"), title);
  await signByFinger(party.page);
  if (name) await picture(party.page, `${name}-390`);
  await party.press("form[action^='/my/cases/'] .btn-primary");
}

/** The report in its six parts, and what it proposes. */
const report = (more) => ({ facts: "经查，当事人在经营场所内存在上述行为，有视频片段、现场笔录等证据证明。",
  discretion: "当事人主动配合调查，造成的危害后果较小，依法从轻处罚。", outcome: "penalty", ...more });

/** What bears on the penalty, before the report; the range it leaves stands on the case's page. */
async function weigh(p, id, fields, { name, range } = {}) {
  await step(p, id, "weigh", fields, { name });
  if (range) says(await p.see(`/cases/${id}`), range);
}

/** A correction is ordered: without an order nobody refuses one, and without refusal the act brings a warning only. */
async function orders(p, id) {
  await p.see(`/cases/${id}`);
  await p.press("form[action$='/correction'] button");
}

/** What the party downloads from its page of papers; it is asked for each with its receipt. */
async function receives(party, title) {
  const text = await waitFor(`${title} on the telephone`, async () => {
    const t = await party.see(party.my("papers"));
    // sent at once, served when its message arrived: then it has its receipt
    return t.includes(title) && await party.page.locator(`.card:has(h2:text-is("${title}")) a`).count() && t;
  }, 30);
  const [r] = await Promise.all([party.page.waitForResponse((x) => /\/papers\/\d+\/file$/.test(x.url())),
    party.page.click(`.card:has(h2:text-is("${title}")) form button`)]);
  assert.equal(r.status(), 200);
  const file = await party.context.request.get(r.url()); // the browser's own viewer has the first
  return { page: text, text: pdfText(await file.body(), title) };
}

story("exempt", "a first slight offence, corrected: no penalty, with its ground", async () => {
  const one = await people.desk("officer1"), id = await people.finding(kitchens[0].camera, "phone_in_hand");
  await file(one, id, { ordinary: true });
  const party = await people.party(one, id, "exempt");
  await confirms(party);
  await one.see(`/cases/${id}`, "exempt-case-filed");
  await one.press("form[action$='/correction'] button");
  await paper(party, id, "责令改正通知书", { of: one });
  await party.see(party.my("correction"), "exempt-my-correction");
  await party.page.setInputFiles("#f-photo", await photo(party.page));
  await party.page.fill("#f-words", "已规定加工操作时手机统一保管");
  await party.press("form[action$='/correction'] button");
  await one.see(`/cases/${id}`);
  await one.press("button[value=accept]");
  await one.see(`/cases/${id}`);
  assert.equal(await one.page.locator(".links a[href$='/do/report']").count(), 0, "nothing is reported before it was weighed");
  await weigh(one, id, { reply_first: "yes", reply_slight_harm: "yes", reply_corrected: "yes", reply_minor: "no", factor_first: true, city_checked: "2026-11-23" },
    { name: "exempt-weigh", range: "警告" });
  await step(one, id, "report", report({ outcome: "no_penalty", outcome_item: "first",
    discretion: "当事人系初次违法，危害后果轻微并已及时改正，可以不予行政处罚。" }), { name: "exempt-report" });
  await step(await people.desk("reviewer1"), id, "review", { ...points, verdict: "pass", opinion },
    { name: "exempt-review" });
  await one.see(`/cases/${id}`);
  assert.equal(await one.page.locator(".links a[href$='/do/notify']").count(), 0, "only who is to be punished is given notice");
  await step(one, id, "submit");
  await approve(await people.desk("head1"), id);
  const decision = await paper(party, id, "不予行政处罚决定书", { of: one });
  says(decision.text, kitchens[0].name, "初次违法且危害后果轻微并及时改正", "不予行政处罚", decision.number.replace(/\s/g, ""));
  const got = await receives(party, "不予行政处罚决定书");
  assert.equal(got.text, decision.text);
  says(await party.see(party.my(), "exempt-my-case"), "不再需要您做什么");
  await step(one, id, "close", { cause: "no_penalty", words: "已送达，无需执行" });
  await approve(await people.desk("head1"), id);
  assert.equal((await state(one, id)).state, "closed");
  says(await party.see(party.my()), "本事项已办结");
});

story("warned", "a warning by the simple procedure, without meeting", async () => {
  const one = await people.desk("officer1"), two = await people.desk("officer2");
  const id = await people.finding(kitchens[1].camera, "head_uncovered");
  says(await one.see(`/cases/${id}`, "warned-precheck"), "核查并决定是否立案", "2026-12-14");
  await file(one, id);
  says(await one.see(`/cases/${id}`, "warned-filed"), "作出处理决定", "2027-02-22");
  const party = await people.party(one, id, "warned");
  says(await party.see(party.my(), "warned-my-case"), "正在收集证据");
  await confirms(party, { name: "warned" });
  const address = await paper(party, id, "送达地址确认书", { of: one });
  says(address.text, party.phone, kitchens[1].name);
  assert.equal(await one.page.locator("form[action$='/tell']").count(), 0, "nobody is told before it was weighed");
  await weigh(one, id, { reply_minor: "no", reply_first: "no" }, { name: "warned-weigh" });
  await one.see(`/cases/${id}`);
  await one.page.click("form[action$='/tell'] button");
  await one.press("#confirm-dialog button[value=yes]");
  says(await party.see(party.my("statement"), "warned-my-statement"), "警告");
  await party.page.click("button[value=made]"); // nothing written
  await party.page.waitForSelector(".field-error");
  await party.page.fill("#f-words", "初次发生，已经改正，请从轻处理");
  await party.press("button[value=made]");
  await party.press("button[value=all]");
  await reads(party, "陈述申辩笔录", "warned-my-defence");
  await one.see(`/cases/${id}`, "warned-heard");
  await one.page.fill("#adopted", "已核实，当事人的陈述属实，予以采纳");
  await one.press("form[action$='/propose'] button");
  says(await two.see(`/cases/${id}`, "warned-proposed"), "您的签名");
  await two.press("button[value=sign]");
  await reached(one, id, "closed");
  const decision = await paper(party, id, "当场行政处罚决定书", { of: one });
  says(decision.text, kitchens[1].name, "警告", kitchens[1].uscc, /签名|执法人员/);
  const got = await receives(party, "当场行政处罚决定书");
  assert.equal(got.text, decision.text);
  says(got.page, "电子送达", "送达回证");
  says((await paper(party, id, "送达回证", { of: one })).text, party.phone);
  await party.see(party.my("decision"), "warned-my-decision");
  await one.see(`/cases/${id}/service`, "warned-service");
  await one.see(`/cases/${id}`, "warned-closed");
  const resident = await people.stranger();
  says(await resident.see(`/v/${decision.code}`, "warned-verify"), "当场行政处罚决定书");
});

/** The penalty is masked, published, read by a stranger; a review annuls the decision, and nothing of it is left to read. */
async function published(one, two, head, party, { id, decision, own }) {
  const waits = await waitFor("what is to be published", async () =>
    (await one.json("/publications")).publications.find((x) => x.party === own.name), 20);
  const at = `/publications/${waits.id}`;
  says(await one.see(at, "published-due"), "2026-12-21"); // twenty working days from the decision
  await one.see(at);
  await one.press("form[action$='/prepare'] button"); // whom the file knows is masked without being typed in
  says(await one.see(`${at}/masking`, "published-masking"), "送达的原文", "公示的文本");
  await one.see(at);
  assert.equal(await one.page.locator("form[action$='/publish']").count(), 0, "whoever masked it does not publish it");
  await two.see(at);
  await two.page.check("[name=checked]");
  await two.press("form[action$='/publish'] .btn-primary");
  says(await one.see(at, "published-public"), "2029");
  const resident = await people.stranger();
  says(await resident.see("/penalties", "published-list"), own.name, "6,000.00");
  await resident.page.click(`a:has-text("${own.name}")`);
  await resident.page.waitForURL(/\/penalties\/[^/]+$/);
  const open = new URL(resident.page.url()).pathname;
  const text = await resident.see(open, "published-penalty");
  says(text, own.name, "6,000.00", decision.number);
  if (own.legal_person) assert.ok(!text.includes(own.legal_person), "a person's name is masked");
  says(await party.see(party.my("publication"), "published-my"), "2029");
  await head.see(at);
  await head.page.click("details:has(#fault) summary");
  await head.page.selectOption("#fault", "revoked");
  await head.page.fill("#document", "沪闵府复〔2026〕1号");
  await head.page.fill("#wreason", "复议机关撤销了处罚决定");
  await head.press("form[action$='/withdraw'] button");
  says(await head.see(at, "published-withdrawn"), "复议机关撤销了处罚决定");
  const gone = await resident.page.goto(house.url + open);
  assert.equal(gone.status(), 410);
  const left = await resident.page.locator("main").innerText();
  await picture(resident.page, "published-gone-390");
  says(left, "复议机关撤销了处罚决定");
  for (const word of [own.name, "6,000.00", decision.number]) assert.ok(!left.includes(word), `${word} is still public`);
  assert.ok(!(await resident.see("/penalties")).includes(own.name));
  says(await party.see(party.my("publication")), "复议机关撤销了处罚决定");
  assert.equal((await state(one, id)).state, "closed");
}

story("fined", "a fine with defence and legal review, paid by the code of the slip", async () => {
  const head = await people.desk("head1"), reviewer = await people.desk("reviewer1");
  const overdue = (await head.json("/corrections?state=OVERDUE")).corrections[0];
  const users = (await (await people.desk("admin1")).json("/users")).users;
  const own = (await head.json(`/operators/${overdue.operator}`)).operator;
  const [a, b] = users.filter((u) => u.role === "officer" && String(u.area) === String(own.area));
  const one = await people.desk(a.login), two = await people.desk(b.login);
  await one.see(`/corrections/${overdue.id}`, "fined-correction");
  await one.page.fill("#f-reason", "责令改正期限届满，复查时仍未改正");
  await one.page.click("form[action$='/case'] button");
  await one.press("#confirm-dialog button[value=yes]");
  let id;
  for (const c of (await one.json("/cases?state=precheck")).cases) if ((await state(one, c.id)).operator === overdue.operator) id = c.id;
  await file(one, id, { ordinary: true, second: String(b.id) });
  await step(one, id, "inquire", { kind: "EV_PARTY", speaker: "王某，负责人", words: "问：为何未改正？答：人手不足，没有安排。" },
    { sign: true, name: "fined-inquire" });
  const party = await people.party(one, id, "fined");
  await confirms(party, { answer: "disputes", words: "复查当天正在装修" });
  await weigh(one, id, { factor_cooperates: true, reply_minor: "no", reply_corrected: "no" }, { name: "fined-weigh", range: "5,000.00 至 ¥18,500.00" });
  await step(one, id, "report", report({ fine_fen: "8000", public_interest: true }), { name: "fined-report" });
  says(await two.see(`/cases/${id}`, "fined-in-review"), "法制审核");
  assert.equal(await two.page.locator(".links a[href$='/do/review']").count(), 0, "an officer of the case never reviews it");
  await step(reviewer, id, "review", { ...points, verdict: "pass", opinion }, { name: "fined-review" });
  says(await reviewer.see(`/cases/${id}/evidence`, "fined-evidence"), "重新核对：未被改动");
  says((await paper(reviewer, id, "行政处罚案件法制审核表", { of: reviewer }).catch(() => paper(reviewer, id, "案件审核/法制审核表"))).text, opinion.slice(0, 8));
  await step(one, id, "notify", {}, { name: "fined-notify" });
  const notice = await paper(party, id, "行政处罚告知书", { of: one });
  says(notice.text, "8,000.00", "陈述", own.name);
  assert.doesNotMatch(notice.text, /要求举行听证/, "below the bound of a hearing");
  await waitFor("its term", async () => (await state(one, id)).hear_due, 20);
  says(await party.see(party.my(), "fined-my-told"), "2026-11-30");
  says(await party.see(party.my("statement"), "fined-my-statement"), "8,000.00");
  await party.page.fill("#f-words", "复查当天厨房正在装修，次日即整改完毕，请求从轻。");
  await party.page.setInputFiles("#f-photo", await photo(party.page, "#225533"));
  await party.press("button[value=made]");
  await party.page.fill("#f-words", "另：已更换负责人。");
  await party.press("button[value=made]");
  await picture(party.page, "fined-my-stated-390");
  await party.press("button[value=all]");
  await reads(party, "陈述申辩笔录", "fined-my-defence");
  says((await paper(party, id, "陈述申辩笔录", { of: one })).text, "次日即整改完毕", "已更换负责人", "SM3摘要");
  assert.equal((await one.json(`/cases/${id}`)).party_files.length, 1);
  // never worse: a heavier report is refused where it is typed
  await one.see(`/cases/${id}`, "fined-heard");
  await one.page.click(".links a[href$='/do/report']");
  await one.page.fill("[name=fine_fen]", "9000");
  says(await one.press("main form .btn-primary", true), "行政处罚法第四十五条");
  await one.page.fill("[name=fine_fen]", "6000");
  await one.press("main form .btn-primary");
  await step(reviewer, id, "review", { ...points, verdict: "pass", opinion });
  await step(one, id, "submit", { words: "陈述申辩部分属实，予以采纳，罚款由八千元减为六千元。" }, { name: "fined-submit" });
  says(await head.see(`/cases/${id}`, "fined-approve"), "6,000.00");
  await approve(head, id);
  await reached(one, id, "decided");
  const decision = await paper(party, id, "行政处罚决定书", { of: one });
  says(decision.text, "6,000.00", "予以采纳", own.name, own.uscc, "行政复议", "六个月");
  await receives(party, "行政处罚决定书");
  const fine = await waitFor("the fifteen days", async () => {
    const f = await one.json(`/cases/${id}/fine`);
    return f.fine.pay_due && f;
  }, 20);
  says(await party.see(party.my(), "fined-my-decided"), "6,000.00", "2026-12-08");
  says(await party.see(party.my("fine"), "fined-my-fine"), fine.fine.slip_code, "6,000.00", "2026-12-08");
  says(await one.see(`/cases/${id}`, "fined-decided"), "缴纳罚款");
  says(await one.page.textContent("main"), "罚款尚未结清"); // among what is not possible yet, and why
  assert.equal(await one.page.locator(".links a[href$='/do/close']").count(), 0, "what is not paid is not concluded");
  await one.see(`/cases/${id}/fine`, "fined-fine");
  const slip = (await one.json(`/cases/${id}/fine`)).papers.find((x) => /缴款/.test(x.title));
  if (slip) {
    const r = await party.context.request.get(`${house.url}/papers/${slip.id}/file`);
    says(pdfText(await r.body(), "slip"), fine.fine.slip_code, "6,000.00");
  }
  await one.see("/fines/payments", "fined-payments");
  await one.page.setInputFiles("#file", { name: "bank-2026-11-23.csv", mimeType: "text/csv",
    buffer: Buffer.from(`流水号,缴款码,金额,缴款日期,付款人\nYH2026112300017,${fine.fine.slip_code},6000.00,2026-11-23,${own.name}\n`) });
  await one.press("form[action='/fines/statement'] button");
  await waitFor("the rows of the statement", async () => (await one.json(`/cases/${id}/fine`)).fine.state === "settled", 60);
  says(await party.see(party.my("fine"), "fined-my-paid"), "没有需要缴纳的款项");
  says(await party.see(party.my()), "不再需要您做什么");
  await step(one, id, "close", { cause: "done", words: "罚款已缴纳" });
  await approve(head, id);
  says(await one.see(`/cases/${id}`, "fined-closed"), "结案");
  says((await paper(one, id, "结案审批表")).text, "行政处罚决定执行完毕");
  await one.see(`/cases/${id}/papers`, "fined-papers");
  await published(one, two, head, party, { id, decision, own });
});

story("heard", "a hearing asked for, held and decided", async () => {
  const one = await people.desk("officer1"), id = await people.finding(kitchens[2].camera, "animal");
  let head = await people.desk("head1"), reviewer = await people.desk("reviewer1");
  await file(one, id, { ordinary: true });
  const party = await people.party(one, id);
  await confirms(party);
  await orders(one, id);
  await weigh(one, id, { factor_refused: true, factor_cooperates: true, reply_minor: "no", reply_corrected: "no" });
  await step(one, id, "report", report({ fine_fen: "12000" }));
  await step(reviewer, id, "review", { ...points, verdict: "pass", opinion });
  await step(one, id, "notify");
  const notice = await paper(party, id, "行政处罚告知书", { of: one });
  says(notice.text, "12,000.00", "听证");
  await waitFor("its term", async () => (await state(one, id)).hear_due, 20);
  await party.see(party.my("statement"), "heard-my-statement");
  await party.page.click("a[href$='kind=hearing']");
  await party.page.fill("#f-words", "对违法事实和罚款数额有异议，要求听证。");
  await picture(party.page, "heard-my-ask-390");
  await party.press("main form .btn-primary");
  says(await party.see(party.my(), "heard-my-asked"), "将举行听证");
  says(await one.see(`/cases/${id}`, "heard-asked"), "对违法事实和罚款数额有异议");
  assert.equal(await one.page.locator(".links a[href$='/do/submit']").count(), 0, "nothing is decided before the hearing");
  await head.see(`/cases/${id}`);
  await head.page.click(".links a[href$='/do/set-hearing']");
  await head.page.fill("[name=at]", "2026-12-01");
  await head.page.fill("[name=attended]", "14:00");
  await head.page.fill("[name=place]", "局机关三楼听证室");
  await head.page.fill("[name=recorder]", "李记录");
  says(await head.press("main form .btn-primary", true), "第六十四条");
  await head.page.fill("[name=at]", "2026-12-03");
  await head.press("main form .btn-primary");
  const invitation = await paper(party, id, "行政处罚听证通知书", { of: one });
  says(invitation.text, "2026年12月3日", "局机关三楼听证室");
  says(await party.see(party.my(), "heard-my-set"), "2026-12-03", "局机关三楼听证室");
  await people.moveTo("2026-12-03T15:00:00+08:00");
  head = await people.desk("head1");
  reviewer = await people.desk("reviewer1");
  const again = await people.desk("officer1");
  await step(head, id, "hold-hearing", { attended: "当事人、两名执法人员、主持人、记录人",
    record: "执法人员陈述事实、证据和依据；当事人认为处罚过重，请求从轻；双方进行了质证和辩论。" }, { sign: true, name: "heard-record" });
  await step(head, id, "report-hearing", { opinion: "事实成立，建议按告知的幅度从轻处罚。" });
  says((await paper(party, id, "听证笔录", { of: again })).text, "当事人认为处罚过重");
  await step(again, id, "report", { fine_fen: "10000", discretion: "听取听证意见，从轻处罚。" });
  await step(reviewer, id, "review", { ...points, verdict: "pass", opinion });
  await step(again, id, "submit", { words: "听证中提出的从轻请求成立，予以采纳。" });
  await approve(head, id);
  const decision = await paper(party, id, "行政处罚决定书", { of: again });
  says(decision.text, "10,000.00", "听证", "予以采纳");
  await receives(party, "行政处罚决定书");
  says(await again.see(`/cases/${id}`, "heard-decided"), "10,000.00");
});

story("late", "a fine that is not paid: three per cent a day, to its cap", async () => {
  let one = await people.desk("officer1");
  const id = await people.finding(kitchens[3].camera, "hand_at_mouth");
  await file(one, id, { ordinary: true });
  let party = await people.party(one, id);
  await confirms(party);
  await orders(one, id);
  await weigh(one, id, { factor_refused: true, factor_cooperates: true, reply_minor: "no", reply_corrected: "no" });
  await step(one, id, "report", report({ fine_fen: "5000" }));
  await step(await people.desk("reviewer1"), id, "review", { ...points, verdict: "pass", opinion });
  await step(one, id, "notify");
  await waitFor("its term", async () => (await state(one, id)).hear_due, 20);
  await party.see(party.my("statement"));
  await party.press("button[value=none]");
  await step(one, id, "submit");
  await approve(await people.desk("head1"), id);
  const { fine } = await waitFor("the fifteen days", async () => {
    const f = await one.json(`/cases/${id}/fine`).catch(() => null);
    return f?.fine.pay_due && f;
  }, 30);
  const due = fine.pay_due.slice(0, 10), day = (n) => new Date(Date.parse(due) + n * 86400000).toISOString().slice(0, 10);
  const at = async (n, late) => {
    await people.moveTo(`${day(n)}T10:00:00+08:00`);
    one = await people.desk("officer1");
    const text = await one.see(`/cases/${id}/fine`, `late-${n}`);
    says(text, `¥${late}`);
    return text;
  };
  await at(0, "0.00"); // the last day belongs to the term
  await at(1, "150.00");
  says(await one.see(`/cases/${id}`, "late-case"), "缴纳罚款", "已逾期");
  await at(33, "4,950.00");
  says(await at(34, "5,000.00"), "不再增加");
  says(await at(60, "5,000.00"), "10,000.00");
  party = await people.party(one, id); // the first link has ended
  says(await party.see(party.my("fine"), "late-my-fine"), "10,000.00", "不再增加");
  says(await party.see(party.my(), "late-my-case"), due, "每过一日");
  await one.see("/fines/payments");
  await one.page.setInputFiles("#file", { name: "bank.csv", mimeType: "text/csv",
    buffer: Buffer.from(`流水号,缴款码,金额,缴款日期,付款人\nYH1,${fine.slip_code},10000.00,${day(60)},当事人\n`) });
  await one.press("form[action='/fines/statement'] button");
  await waitFor("the rows of the statement", async () => (await one.json(`/cases/${id}/fine`)).fine.state === "settled", 60);
  says(await party.see(party.my("fine")), "没有需要缴纳的款项");
  const law = await one.json(`/cases/${id}/fine`);
  assert.equal(law.fine.state, "settled");
});

story("refused", "receipt refused, a letter that comes back, a public notice of thirty days", async () => {
  let one = await people.desk("officer1");
  const id = await people.finding(kitchens[4].camera, "person_off_hours");
  await file(one, id);
  await weigh(one, id, { reply_minor: "no", reply_first: "no" });
  says(await one.see(`/cases/${id}`, "refused-no-message"), "告知无法到达当事人");
  assert.equal(await one.page.locator("form[action$='/tell']").count(), 0, "nothing is told into the void");
  const now = new Date(house.now().getTime() + 8 * 3600000).toISOString();
  await step(one, id, "tell-in-person", { hour: now.slice(11, 16), said: "later", refusal: "负责人称未违法，拒绝签字" },
    { name: "refused-tell-in-person" });
  const told = await state(one, id), after = (iso, n) => new Date(Date.parse(iso.slice(0, 10)) + n * 86400000).toISOString().slice(0, 10);
  await people.moveTo(`${after(told.hear_due, 1)}T09:00:00+08:00`);
  one = await people.desk("officer1");
  await one.see(`/cases/${id}`, "refused-silent");
  await one.press("form[action$='/silence'] button");
  await one.see(`/cases/${id}`);
  await one.press("form[action$='/propose'] button");
  const two = await people.desk("officer2");
  await two.see(`/cases/${id}`);
  await two.press("button[value=sign]");
  const decision = await paper(one, id, "当场行政处罚决定书");
  await waitFor("what is to be served", async () => (await one.json(`/cases/${id}/service`)).services.length, 20);
  says(await one.see(`/cases/${id}`, "refused-decided"), "送达决定书");
  await one.page.click(`a[href='/cases/${id}/service']`);
  await one.page.waitForURL(/\/service$/);
  await one.page.click(`a:text-is("当场行政处罚决定书")`);
  await one.page.waitForURL(/\/service\/\d+$/);
  const task = new URL(one.page.url()).pathname;
  says(await one.see(task, "refused-ways"), "公告");
  assert.equal(await one.page.locator("[value=public_notice]").count(), 0, "the last way is not open yet");
  await one.see(`${task}/hand`, "refused-hand");
  await one.page.check("[name=result][value=refused]");
  await one.page.fill("#place", kitchens[4].address);
  await one.page.fill("#receiver", kitchens[4].legal_person);
  await one.page.fill("#refusal", "负责人称未违法，拒绝签收");
  await one.press("button[value=direct]");
  says(await one.see(task, "refused-recorded"), "拒绝签收");
  await one.page.click("details:has(#p-mail) summary");
  await one.page.fill("#p-place", kitchens[4].address);
  await one.page.fill("#p-mail", "EMS1234567890123");
  await one.press("form:has(#p-mail) button");
  await people.moveTo(`${after(house.now().toISOString(), 1)}T10:00:00+08:00`);
  one = await people.desk("officer1");
  await one.see(task);
  await one.page.fill("[name=at]", house.now().toISOString().slice(0, 10));
  await one.page.fill("[name=words]", "原址查无此人，退回");
  await one.press("button[value=returned]");
  await one.see(task, "refused-returned");
  await one.page.click("details:has(#n-words) summary");
  await one.page.fill("#n-words", "直接送达被拒收，邮寄被退回，无法联系到负责人");
  await one.press("form:has(#n-words) button");
  says(await one.see(task, "refused-notice"), "公告");
  const resident = await people.stranger();
  says(await resident.see("/notices", "refused-notices"), kitchens[4].name);
  await resident.page.click(`a:has-text("${kitchens[4].name}")`);
  await resident.page.waitForURL(/\/notices\/\d+$/);
  const shown = await resident.page.locator("main").innerText();
  await picture(resident.page, "refused-notice-390");
  assert.doesNotMatch(shown, /拒收|退回|查无此人|警告/, "never why");
  says((await paper(one, id, "行政处罚文书送达公告")).text, kitchens[4].name, "30日");
  const notice = (await one.json(task)).running.until.slice(0, 10);
  const thirty = after(house.now().toISOString(), 30); // or the first working day after it, when that day is a holiday
  assert.ok(notice >= thirty && notice <= after(thirty, 9), `${notice} is not thirty days from today`);
  await people.moveTo(`${after(notice, 1)}T00:05:00+08:00`);
  one = await people.desk("officer1");
  const c = await reached(one, id, "closed");
  assert.equal(c.service_way, "public_notice");
  assert.equal(c.served_at.slice(0, 10), notice);
  says(await one.see(`/cases/${id}/service`, "refused-served"), "公告送达", notice);
  says((await paper(one, id, "送达回证")).text, "公告", decision.number.replace(/\s/g, ""));
  await one.see(`/cases/${id}`, "refused-closed");
});

test("the ledger holds, and no page complained in a browser's console", LIMIT, async () => {
  const { status, out } = house.verify();
  assert.equal(status, 0, out);
  for (const p of people.all) assert.deepEqual(p.complaints, []);
});
