// The officer's tablet: works without a network. See src/domains/inspections/README.md.
import { el, learn, w } from "./tablet/dom.js";
import { businessRow, recordRow, search } from "./tablet/list.js";
import { keepPage, persist, register } from "./tablet/offline.js";
import { RecordView, newRecord } from "./tablet/record.js";
import { json, sendAlone, shell } from "./tablet/send.js";
import { OWNER, open, owner, waiting } from "./tablet/store.js";

const AGAIN = 30_000;

class Home {
  constructor(root) {
    this.root = root;
    this.view = root.querySelector("[data-view]");
    this.notes = el("div.stack-s", { "aria-live": "polite", "data-notes": true });
    this.view.before(this.notes);
    this.others = window.BroadcastChannel ? new BroadcastChannel("shian-tablet") : null;
    if (this.others) this.others.onmessage = () => { if (!this.opened) this.list(); };
  }

  tell() { this.others?.postMessage("changed"); }

  // ---- whose device, and the data of the day
  async begin() {
    const known = owner();
    try {
      const { status, body } = await json("/inspections/today");
      if (status === 200) await this.arrive(known, body);
      else if (status === 401 && known) await this.adopt(known, "signin");
      else if (status === 401) { location.assign("/login?next=/inspections/today"); return; }
      else if (known) await this.adopt(known, "away");
    } catch {
      if (known) await this.adopt(known, "away");
    }
    if (!this.store || !this.day) { this.note("yellow", w("The day is not on this device yet. Open this page once with a network.")); return; }
    await this.sweep();
    await this.route();
    this.send();
    setInterval(() => this.send(), AGAIN);
    window.addEventListener("online", () => this.send());
    for (const name of ["online", "offline"]) window.addEventListener(name, () => this.opened || this.list());
  }

  async adopt(me, state) {
    this.me = me;
    this.state = state;
    this.store = await open(me.id);
    this.day = (await this.store.get("meta", "day"))?.value;
  }

  async arrive(known, day) {
    if (known && known.id !== day.me.id && (await waiting(known.id)))
      this.note("yellow", w("Records of another account wait on this device. Sign in with that account to send them."));
    localStorage.setItem(OWNER, JSON.stringify(day.me));
    await this.adopt(day.me, "ok");
    this.day = day;
    await this.store.put("meta", { name: "day", value: day });
    if (!(await persist())) this.note("info", w("The device may throw data away when it is full. Install this page or free some space."), "persist");
    try {
      await register(this.root);
      const page = await shell();
      if (page) this.root.dataset.ready = (await keepPage(this.root, page.text)) ? "yes" : "no";
    } catch (e) { console.warn("tablet", e); }
  }

  // What was sent stays to be looked at until the day is over.
  async sweep() {
    for (const r of await this.store.all("records"))
      if (r.state === "sent" && new Date(r.sent_at).toDateString() !== new Date().toDateString()) await this.store.discard(r.key);
  }

  // ---- businesses
  async find(q) {
    try {
      const { status, body } = await json(`/inspections/today/operators?q=${encodeURIComponent(q)}`);
      return status === 200 ? body.operators : null;
    } catch { return null; }
  }

  async take(business, kind = "INSP_ROUTINE") {
    const b = { ...business, kind };
    try {
      const page = await shell();
      const form = new URLSearchParams({ operator: b.id, kind: b.kind, task: "", officer2: "0" });
      const { status, body } = await json("/inspections/codes", { method: "POST", body: form, headers: { "x-csrf": page.csrf } });
      if (status === 200) Object.assign(b, { code: body.code, svg: body.svg, url: body.url });
    } catch { /* taken along without a code; the record says so */ }
    await this.store.put("businesses", b);
    this.tell();
    if (!this.opened) await this.list();
  }

  async start(business) {
    const record = newRecord(this.day, this.me, business);
    await this.store.put("records", record);
    this.tell();
    await this.open(record.key);
  }

  // ---- views
  // From the file of a business: it is taken along, and its record begins with this kind.
  async asked() {
    const q = new URLSearchParams(location.search), id = q.get("operator");
    if (!id) return false;
    history.replaceState(null, "", location.pathname);
    const kind = this.day.inspection_kinds.some((k) => k.code === q.get("kind")) ? q.get("kind") : "INSP_ROUTINE";
    const { status, body } = await json(`/inspections/today/operators?id=${encodeURIComponent(id)}`);
    if (status !== 200 || !body.operators.length) return false;
    await this.take(body.operators[0], kind);
    await this.start({ ...(await this.store.get("businesses", body.operators[0].id)), kind });
    return true;
  }

  async route() {
    if (await this.asked().catch(() => false)) return;
    const key = location.hash.slice(1);
    const record = key && (await this.store.get("records", key));
    return record && record.state === "draft" ? this.open(key) : this.list();
  }

  async list() {
    this.release?.();
    this.opened?.close();
    this.opened = null;
    history.replaceState(null, "", location.pathname);
    const [businesses, records] = [await this.store.all("businesses"), await this.store.all("records")];
    if (this.opened) return; // opened meanwhile
    records.sort((a, b) => b.created - a.created);
    const taken = el("ul.tasks", { "data-taken": true }, businesses.map((b) => businessRow(this, b)));
    const made = el("ul.tasks", { "data-records": true }, records.map((r) => recordRow(this, r)));
    const q = this.view.querySelector("form[role=search]") || search(this); // what was typed and found stays
    this.view.replaceChildren(this.status(),
      el("section.section", {}, el("h2", {}, w("Records")), records.length ? made : el("p.muted", {}, w("No record yet."))),
      el("section.section", {}, el("h2", {}, w("Taken along")), businesses.length ? taken : el("p.muted", {}, w("Nobody is taken along yet. Search while there is a network."))),
      el("section.section", {}, el("h2", {}, w("Take along")), q));
  }

  status() {
    const away = !navigator.onLine || this.state === "away";
    return el("div.tablet-status", { "data-network": away ? "off" : "on" },
      el(`span.tag.tag-${away ? "yellow" : "green"}`, {}, away ? w("No network") : w("On line")), " ", el("b", {}, this.me.name), " ",
      el("span.muted", {}, `${w("Data of the day:")} ${this.day.day}. ${w("Everything is kept on this device.")}`),
      this.state === "signin" && el("p.alert.alert-yellow", { "data-signin": true }, w("Please sign in again; the records wait here."), " ", el("a.btn.btn-small", { href: "/login?next=/inspections/today" }, w("Sign in"))));
  }

  note(tone, words, name = words) {
    this.notes.querySelector(`[data-note="${CSS.escape(name)}"]`)?.remove();
    this.notes.append(el(`p.alert.alert-${tone}`, { "data-note": name }, words));
  }

  // A draft is open in one tab only: the lock lives as long as the tab.
  async hold(key) {
    if (!navigator.locks) return true;
    return new Promise((got) => {
      navigator.locks.request(`shian-tablet-${key}`, { ifAvailable: true }, (lock) => {
        got(Boolean(lock));
        return lock && new Promise((free) => { this.release = free; });
      });
    });
  }

  async open(key) {
    this.release?.();
    if (!(await this.hold(key))) { this.note("yellow", w("This record is open in another tab."), "lock"); return this.list(); }
    this.opened = new RecordView(this, await this.store.get("records", key));
    history.replaceState(null, "", `#${key}`);
    this.view.replaceChildren(await this.opened.open());
    window.scrollTo(0, 0);
  }

  async again(record, change, edit = false) {
    const now = await this.store.get("records", record.key);
    if (!now || now.state === "sent") return this.list();
    await this.store.put("records", { ...now, ...change });
    this.tell();
    if (edit) return this.open(record.key);
    await this.list();
    return this.send();
  }

  // ---- the queue
  async send() {
    this.sending = (this.sending || Promise.resolve()).then(async () => {
      const before = (await this.store.all("records")).filter((r) => r.state === "queued").length;
      if (!before) return;
      this.state = await sendAlone(this.store, this.me);
      if (this.state === "other") this.note("yellow", w("Records of another account wait on this device. Sign in with that account to send them."));
      this.tell();
      if (!this.opened) await this.list();
    });
    return this.sending;
  }
}

export function mount(root) {
  learn(root.querySelector("[data-words]"));
  if (!window.indexedDB || !window.crypto?.subtle || !crypto.randomUUID) {
    root.querySelector("[data-view]").append(el("p.alert.alert-red", {}, w("This device cannot keep data. Use a current browser over HTTPS.")));
    return;
  }
  new Home(root).begin().catch((e) => console.error("tablet", e));
}
