// One record, from the cards to the signatures. Every tap is kept before anything else happens.
import { clock, el, w } from "./dom.js";
import { judge } from "./judge.js";
import { smaller } from "./photo.js";
import { cameraCard } from "./cameras.js";
import { signBox } from "./sign.js";

const PHOTOS = 18;
const RESULTS = { CONFORM: ["green", "Conforms"], BASIC_CONFORM: ["yellow", "Conforms in the main"], NOT_CONFORM: ["red", "Does not conform"] };

export function newRecord(day, me, business) {
  const now = Date.now();
  return { key: crypto.randomUUID(), state: "draft", business, created: now, text: "", accept: [], signs: {},
    draft: { kind: business.kind, task: business.task || "", place: business.address, officer2: business.officer2 || "", card1: me.card, card2: "",
      cards_shown: false, notice_read: false, notice_answer: "", recusal: "", met: "", met_role: "", started_at: now, answers: {},
      table: business.table, table_version: day.tables.find((t) => t.id === business.table).version,
      risk: false, obstructed: false, obstruction: [], obstruction_words: "", explanation: "", hold: false, refused: false, refusal: "", witness: "" } };
}

/** The record as it is sent: frozen, so that a second sending says the very same. */
export function recordText(record, me, photos, video) {
  const d = record.draft;
  const text = (s, on = true) => (on ? s.trim() : "");
  return JSON.stringify({ key: record.key, operator: record.business.id, kind: d.kind, table: d.table, table_version: d.table_version,
    check_code: record.business.code || "", task: text(d.task), place: text(d.place), officer1: me.id, card1: text(d.card1), officer2: d.officer2,
    card2: text(d.card2), cards_shown: d.cards_shown, notice_read: d.notice_read, notice_answer: d.notice_answer,
    recusal: text(d.recusal, d.notice_answer === "recusal"), met: text(d.met), met_role: text(d.met_role), started_at: d.started_at, ended_at: Date.now(),
    answers: Object.fromEntries(Object.entries(d.answers).filter(([, a]) => a.v).map(([no, a]) => [no, {
      v: a.v, codes: a.v === "fail" ? (a.codes || []).join(",") : "", words: a.v === "ok" ? "" : (a.words || "").trim(), ...(a.v === "fail" ? { days: a.days } : {}) }])),
    risk: d.risk && !video, obstruction: d.obstructed ? d.obstruction.join(",") || "other" : "", obstruction_words: text(d.obstruction_words, d.obstructed),
    explanation: text(d.explanation), hold: d.hold, refusal: text(d.refusal, d.refused && !video), witness: text(d.witness, d.refused && !video),
    photos: photos.map((p, i) => ({ id: p.id, field: `p${i}`, item: p.item, sha256: p.sha256, at: p.at, ...(p.camera ? { camera: p.camera } : {}) })) });
}

/** How this kind of inspection is judged: which items, how many of them, which have to be looked at again. */
export function rulesOf(day, kind, table, failed) {
  const k = day.inspection_kinds.find((x) => x.code === kind);
  const video = k?.video && table.by_camera ? table.by_camera : null;
  if (!video) return { table, failed, all: k?.all ?? true, video: k?.video || false, shown: table.items };
  const shown = table.items.filter((i) => video.items.includes(i.no));
  return { table: { ...table, ...video, items: table.items }, failed: failed.filter((no) => video.items.includes(no)), all: false, video: true, shown };
}

/** What is missing, as [words, element id]. */
export function missing(record, rules, photos) {
  const d = record.draft, lack = [];
  const need = (good, words, id) => { if (!good) lack.push([w(words), id]); };
  need(d.officer2, "Second inspector", "t-officer2");
  need(d.card1.trim() && d.card2.trim(), "Card number", "t-card1");
  if (rules.video) seen(record, rules, photos, lack, need);
  else met(d, need);
  for (const i of rules.table.items) {
    const a = d.answers[i.no] || {};
    if (a.v === "fail" && !(a.codes || []).length && !(a.words || "").trim()) lack.push([`${i.no} ${w("Say what was found at this item.")}`, `i-${i.no}`]);
    if (a.v === "na" && !(a.words || "").trim()) lack.push([`${i.no} ${w("Say why this item does not apply.")}`, `i-${i.no}`]);
  }
  const o = judge(rules.table, d.answers, rules);
  if (o.problem) lack.push([`${o.item || ""} ${w(o.problem)}`.trim(), o.item ? `i-${o.item}` : "t-result"]);
  need(!d.obstructed || d.obstruction_words.trim(), "What happened", "t-obstruction_words");
  need(record.signs.sign1, "First inspector", "f-sign1");
  need(record.signs.sign2, "Second inspector", "f-sign2");
  if (!rules.video) signed(record, need);
  return lack;
}

// By video: pictures carry it, and its result has to find its way.
function seen(record, rules, photos, lack, need) {
  need(record.business.has_phone, "No telephone is on file", "t-kind");
  need(rules.table.by_camera, "The items of this table cannot be checked by video. Inspect on site.", "t-kind");
  need(photos.some((p) => p.camera), "Picture of the camera", "t-cameras");
  for (const [no, a] of Object.entries(record.draft.answers))
    if (a.v === "fail" && !photos.some((p) => p.item === no && p.camera)) lack.push([`${no} ${w("Take a picture of the camera that shows it.")}`, `i-${no}`]);
}

function met(d, need) {
  need(d.cards_shown, "Both cards were shown", "t-cards_shown");
  need(d.notice_read, "The notice was read to the operator", "t-notice_read");
  need(d.notice_answer, "Answer to the notice", "t-notice_answer");
  need(d.notice_answer !== "recusal" || d.recusal.trim(), "How this was decided", "t-recusal");
  need(d.met.trim(), "Who was there", "t-met");
}

function signed(record, need) {
  const d = record.draft;
  if (d.refused) {
    need(d.refusal.trim(), "Reason of the refusal", "t-refusal");
    need(d.witness.trim(), "Name of the witness", "t-witness");
    need(record.signs.sign_witness, "Witness", "f-sign_witness");
  } else need(record.signs.sign_party, "Operator", "f-sign_party");
}

export class RecordView {
  constructor(home, record) {
    Object.assign(this, { home, record, d: record.draft, day: home.day, me: home.me });
    this.table = this.day.tables.find((t) => t.id === this.d.table && t.version === this.d.table_version) || record.table;
    record.table = this.table; // a draft outlives a change of the tables on the device
    this.readRules();
    this.saving = Promise.resolve();
  }

  readRules() {
    this.rules = rulesOf(this.day, this.d.kind, this.table, this.record.business.failed);
  }

  // Another kind asks for other parts of the record: what was entered stays.
  async kindChanged() {
    const was = this.rules.video;
    this.readRules();
    this.showResult();
    if (was === this.rules.video) return;
    await this.saving;
    this.home.view.replaceChildren(await this.open());
  }

  save() {
    const copy = structuredClone(this.record);
    this.saving = this.saving.then(() => this.home.store.put("records", copy)).then(() => this.home.tell());
    return this.saving;
  }

  set(name, value) {
    this.d[name] = value;
    this.showResult();
    return this.save();
  }

  text(name, label, { lines = 0, hint = "" } = {}) {
    const id = `t-${name}`, tagName = lines ? "textarea.input" : "input.input";
    return el("div.field", {}, el("label.label", { for: id }, label), hint && el("p.hint", {}, hint),
      el(tagName, { id, value: this.d[name], maxlength: 1000, rows: lines || false, oninput: (e) => this.set(name, e.target.value) }));
  }

  tick(name, label, then) {
    return el("label.choice", {}, el("input", { type: "checkbox", id: `t-${name}`, checked: this.d[name], onchange: (e) => { this.set(name, e.target.checked); then?.(); } }),
      el("span.choice-text", {}, label));
  }

  select(name, label, options, then) {
    const id = `t-${name}`;
    return el("div.field", {}, el("label.label", { for: id }, label), el("select.input", { id, onchange: (e) => { this.set(name, e.target.value); then?.(); } },
      options.map(([value, text]) => el("option", { value, selected: String(this.d[name]) === String(value) }, text))));
  }

  close() {
    this.cameras?.stop();
  }

  async open() {
    this.close();
    this.photos = (await this.home.store.all("photos")).filter((p) => p.record === this.record.key);
    this.result = el("div.stack-s", { id: "t-result" });
    this.lack = el("div.stack-s", { role: "alert" });
    const view = el("div.stack-l.record", { "data-record": this.record.key },
      el("div.page-head", {}, el("div", {}, el("p.over.num", {}, clock(this.d.started_at)), el("h2", {}, this.record.business.name), el("p.muted", {}, this.record.business.address)),
        el("button.btn.btn-small", { type: "button", onclick: () => this.home.list() }, w("Back"))),
      this.beginning(), this.rules.video && this.watch(), this.items(), this.outcome(), this.signatures(), this.lack,
      el("button.btn.btn-primary.btn-block", { type: "button", id: "t-finish", onclick: () => this.finish() }, w("Finish the record")));
    this.showResult();
    return view;
  }

  watch() {
    this.cameras = cameraCard(this.record.business.cameras || []);
    return this.card(w("Picture of the camera"), this.cameras.view);
  }

  card(title, ...children) {
    return el("section.card", {}, el("div.card-head", {}, el("h3", {}, title)), el("div.card-body.stack", {}, children));
  }

  beginning() {
    const b = this.record.business;
    const recusal = this.text("recusal", w("How this was decided"), { lines: 2 });
    const asked = () => { recusal.hidden = this.d.notice_answer !== "recusal"; };
    const second = () => {
      const o = this.day.officers.find((x) => x.id === this.d.officer2);
      const card = document.getElementById("t-card2");
      this.d.card2 = card.value = o ? o.card : "";
      this.save();
    };
    asked();
    const kinds = this.select("kind", w("Kind of inspection"), this.day.inspection_kinds.map((k) => [k.code, k.label]), () => this.kindChanged());
    const officers = [el("div.cols-2", {}, el("div.field", {}, el("span.label", {}, w("First inspector")), el("p", {}, this.me.name)), this.text("card1", w("Card number"))),
      el("div.cols-2", {}, this.select("officer2", w("Second inspector"), [["", w("Choose")], ...this.day.officers.map((o) => [o.id, `${o.name} ${o.card}`])], second), this.text("card2", w("Card number")))];
    if (this.rules.video) return this.card(w("Beginning"), kinds, el("p.muted", {}, w("Nobody of the business is there: the result goes to its telephone, and it confirms it by its link.")),
      !b.has_phone && el("p.alert.alert-yellow", {}, w("No telephone is on file")), this.text("task", w("Task")), ...officers);
    return this.card(w("Beginning"),
      b.svg ? el("figure.check-code", {}, el("img", { alt: w("Check code"), src: `data:image/svg+xml;utf8,${encodeURIComponent(b.svg)}` }), el("figcaption", {}, el("b", {}, w("Show this code before you begin.")), el("br"), el("span.muted.small", {}, b.url)))
        : el("p.muted", {}, w("No check code was made; it needs a network.")),
      kinds, this.text("task", w("Task")), this.text("place", w("Place")), ...officers,
      this.tick("cards_shown", w("Both cards were shown")),
      el("div.inset", {}, el("p.label", {}, w("Notice")), el("p", {}, this.day.notice.replace("{bureau}", this.day.office))),
      this.tick("notice_read", w("The notice was read to the operator")),
      this.select("notice_answer", w("Answer to the notice"), [["", w("Choose")], ["none", w("No inspector has to withdraw")], ["recusal", w("Asks that an inspector withdraws")]], asked), recusal,
      el("div.cols-2", {}, this.text("met", w("Who was there")), this.text("met_role", w("Position"))));
  }

  items() {
    const box = el("div.stack", { id: "t-items" });
    let group = "";
    for (const i of this.rules.shown) {
      if (i.group !== group) box.append(el("h4.item-group", {}, (group = i.group)));
      box.append(this.item(i));
    }
    const rest = () => {
      for (const i of this.rules.shown) if (!this.d.answers[i.no]?.v) this.d.answers[i.no] = { v: "ok" };
      this.save();
      for (const i of this.rules.shown) document.getElementById(`i-${i.no}`).replaceWith(this.item(i));
      this.showResult();
    };
    return this.card(this.table.title, box, el("button.btn.btn-block", { type: "button", id: "t-rest", onclick: rest }, w("The rest passed")));
  }

  answer(i, change) {
    const a = (this.d.answers[i.no] ||= {});
    Object.assign(a, change);
    this.save();
    this.showResult();
  }

  item(i) {
    const a = this.d.answers[i.no] || {};
    const failed = this.rules.failed.includes(i.no);
    const pick = (v) => { this.answer(i, { v, ...(v === "fail" && a.days === undefined ? { days: this.day.usual_days } : {}) }); document.getElementById(`i-${i.no}`).replaceWith(this.item(i)); };
    const choice = (v, label) => el(`label.item-choice.item-${v}`, {}, el("input", { type: "radio", name: `v-${i.no}`, value: v, checked: a.v === v, onchange: () => pick(v) }), el("span", {}, label));
    return el("article.item", { id: `i-${i.no}` },
      el("p.item-text", {}, el("b.num", {}, i.no), i.key ? el("b.item-key", { title: "*" }, " * ") : " ", i.text, failed && el("span.tag.tag-yellow", {}, `${w("Failed last time:")} ${w("must be checked")}`)),
      el("div.item-choices", {}, choice("ok", w("Passed")), choice("fail", w("Failed")), choice("na", w("Not applicable"))),
      a.v === "fail" && this.found(i, a), a.v === "na" && this.why(i, a, w("Why it does not apply")), a.v && this.shots(i));
  }

  why(i, a, label) {
    const id = `w-${i.no}`;
    return el("div.field", {}, el("label.label", { for: id }, label), el("textarea.input", { id, rows: 2, maxlength: 500, value: a.words || "", oninput: (e) => this.answer(i, { words: e.target.value }) }));
  }

  found(i, a) {
    const standard = this.day.findings[this.table.id]?.[i.no] || [];
    const toggle = (code, on) => this.answer(i, { codes: [...new Set([...(a.codes || []), code])].filter((c) => c !== code || on) });
    return el("div.stack-s.item-found", {},
      standard.map((f) => el("label.choice", {}, el("input", { type: "checkbox", checked: (a.codes || []).includes(f.code), onchange: (e) => { toggle(f.code, e.target.checked); a.codes = this.d.answers[i.no].codes; } }), el("span.choice-text", {}, f.text))),
      this.why(i, a, w("What was found, in your own words")),
      el("div.field", {}, el("label.label", { for: `d-${i.no}` }, w("Correct within")), el("select.input", { id: `d-${i.no}`, onchange: (e) => this.answer(i, { days: Number(e.target.value) }) },
        this.day.days.map((n) => el("option", { value: n, selected: a.days === n }, n ? `${n} ${w("days")}` : w("at once"))))));
  }

  shots(i) {
    const list = el("div.photos");
    const fault = el("p.field-error", { hidden: true });
    const show = () => list.replaceChildren(...this.photos.filter((p) => p.item === i.no).map((p) => {
      const url = URL.createObjectURL(new Blob([p.bytes], { type: "image/jpeg" }));
      return el("figure", {}, el("img", { src: url, alt: `${w("Photo")} ${i.no}`, onload: () => URL.revokeObjectURL(url) }),
        el("button.btn-text", { type: "button", onclick: async () => { await this.home.store.remove("photos", p.id); this.photos = this.photos.filter((q) => q !== p); show(); } }, w("Remove")));
    }));
    const say = (words) => { fault.hidden = !words; fault.textContent = words; };
    const keep = async (source, more = {}) => {
      if (this.photos.length >= PHOTOS) { say(w("At most 18 photos in a record.")); return; }
      try {
        const p = { id: crypto.randomUUID(), record: this.record.key, item: i.no, at: Date.now(), ...more, ...(await smaller(source)) };
        await this.home.store.put("photos", p);
        this.photos.push(p);
      } catch { say(w("This picture cannot be read.")); }
    };
    const take = async (e) => {
      say("");
      for (const file of e.target.files) await keep(file);
      e.target.value = "";
      show();
    };
    const grab = async () => {
      const now = this.cameras?.picture();
      say(now ? "" : w("The camera gives no picture now."));
      if (now) await keep(now.source, { camera: now.camera });
      show();
    };
    show();
    if (this.rules.video) return el("div.stack-s", {}, el("button.btn.btn-small", { type: "button", id: `c-${i.no}`, onclick: grab }, w("Take this picture")), fault, list);
    return el("div.stack-s", {}, el("label.btn.btn-small.photo-button", {}, w("Photo"), el("input.visually-hidden", { type: "file", accept: "image/*", capture: "environment", id: `p-${i.no}`, onchange: take })), fault, list);
  }

  outcome() {
    const box = el("div.stack-s"), words = this.text("obstruction_words", w("What happened"), { lines: 2 });
    const kinds = el("div.stack-s", {}, this.day.obstruction.map((k) => el("label.choice", {}, el("input", { type: "checkbox", checked: this.d.obstruction.includes(k.code),
      onchange: (e) => this.set("obstruction", [...this.d.obstruction.filter((c) => c !== k.code), ...(e.target.checked ? [k.code] : [])]) }), el("span.choice-text", {}, k.text))));
    const shown = () => { kinds.hidden = words.hidden = !this.d.obstructed; };
    shown();
    box.append(kinds, words);
    return this.card(w("Result"), this.result,
      !this.rules.video && this.tick("risk", w("There is a latent risk of an accident: business stops at once")),
      this.tick("obstructed", w("The inspection was obstructed"), shown), box,
      this.text("explanation", w("Explanation"), { lines: 3 }), this.tick("hold", w("Do not publish the result yet")));
  }

  showResult() {
    if (!this.result) return;
    const o = judge(this.rules.table, this.d.answers, this.rules);
    const [tone, label] = RESULTS[o.result] || ["neutral", ""];
    this.result.replaceChildren(...(o.problem ? [el("p.muted", {}, `${o.item || ""} ${w(o.problem)}`)] : [
      el("p", {}, el(`span.tag.tag-${tone}`, { "data-result": o.result }, w(label))),
      el("p.num", {}, `${w("Key items failed")}: ${o.keyFailed} / ${o.keyChecked} · ${w("General items failed")}: ${o.generalFailed} / ${o.generalChecked}`),
      o.keyFailed ? el("p.alert.alert-yellow", {}, w("A key item failed: if safety is affected, investigate by law (order 49, article 32).")) : ""]));
  }

  signatures() {
    const keep = (name) => (data) => { this.record.signs[name] = data; return this.save(); };
    const box = (name, label) => signBox(name, label, this.record.signs[name] || "", keep(name));
    const signed = el("div.stack"), refused = el("div.stack");
    const shown = () => {
      signed.replaceChildren(...(this.d.refused ? [] : [box("sign_party", w("Operator"))]));
      refused.replaceChildren(...(this.d.refused ? [this.text("refusal", w("Reason of the refusal"), { lines: 2 }), this.text("witness", w("Name of the witness")), box("sign_witness", w("Witness"))] : []));
    };
    shown();
    const changed = () => { this.record.signs[this.d.refused ? "sign_party" : "sign_witness"] = ""; this.save(); shown(); };
    if (this.rules.video) return this.card(w("Signatures"), box("sign1", w("First inspector")), box("sign2", w("Second inspector")));
    return this.card(w("Signatures"), signed, this.tick("refused", w("The operator refuses to sign"), changed), refused, box("sign1", w("First inspector")), box("sign2", w("Second inspector")));
  }

  async finish() {
    const lack = missing(this.record, this.rules, this.photos);
    this.lack.replaceChildren(...(lack.length ? [el("div.alert.alert-red", {}, el("p", {}, el("b", {}, w("Still missing:"))), el("ul", {}, lack.map(([words, id]) => el("li", {}, el("a", { href: `#${id}`, onclick: (e) => { e.preventDefault(); document.getElementById(id)?.scrollIntoView({ block: "center" }); } }, words)))))] : []));
    if (lack.length) return;
    this.record.text = recordText(this.record, this.me, this.photos, this.rules.video);
    this.record.state = "queued";
    await this.save();
    await this.home.list();
    this.home.send();
  }
}
