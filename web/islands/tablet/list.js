// The day: businesses taken along, records and what became of them.
import { clock, el, tag, w } from "./dom.js";

const STATES = { draft: ["neutral", "Draft"], queued: ["info", "Waits to be sent"], sent: ["green", "Sent"], conflict: ["yellow", "Needs a decision"], refused: ["red", "Refused"] };

function actions(home, r) {
  const b = (words, act, primary) => el(`button.btn.btn-small${primary ? ".btn-primary" : ""}`, { type: "button", onclick: act }, w(words));
  const away = () => b("Throw away", async () => {
    if (!window.confirm(w("Throw this record away? It is nowhere else."))) return;
    await home.store.discard(r.key);
    home.tell();
    home.list();
  });
  if (r.state === "draft") return [b("Go on", () => home.open(r.key), true), away()];
  if (r.state === "queued") return [b("Send now", () => home.send(), true)];
  if (r.state === "conflict")
    return [b("Send it all the same", () => home.again(r, { state: "queued", accept: [...new Set([...(r.accept || []), ...r.conflicts.map((c) => c.code)])] }), true), away()];
  if (r.state === "refused") return [b("Correct it", () => home.again(r, { state: "draft", text: "" }, true), true), b("Send now", () => home.again(r, { state: "queued" })), away()];
  return [el("a.btn.btn-small", { href: r.path }, w("Open the result"))];
}

export function recordRow(home, r) {
  const [tone, label] = STATES[r.state];
  return el("li.task.tablet-record", { "data-key": r.key, "data-state": r.state },
    el("div.task-name", {}, r.business.name, el("p.task-hint.num", {}, clock(r.created)),
      r.state === "conflict" && el("ul", {}, r.conflicts.map((c) => el("li", { "data-conflict": c.code }, c.words))),
      r.state === "refused" && el("p.field-error", {}, r.words)),
    tag(tone, w(label)), el("div.btn-row", {}, actions(home, r)));
}

export function businessRow(home, b) {
  return el("li.task", { "data-business": b.id },
    el("div.task-name", {}, b.name, el("p.task-hint", {}, b.address), b.failed.length > 0 && el("p.task-hint", {}, `${w("Failed last time:")} ${b.failed.join(", ")}`)),
    el("div.btn-row", {}, el("button.btn.btn-small.btn-primary", { type: "button", onclick: () => home.start(b) }, w("Start")),
      el("button.btn.btn-small.btn-quiet", { type: "button", onclick: async () => { await home.store.remove("businesses", b.id); home.tell(); home.list(); } }, w("Leave here"))));
}

/** The form that looks for businesses and takes them along. */
export function search(home) {
  const list = el("ul.tasks"), input = el("input.input", { id: "t-q", type: "search", "aria-label": w("Search a business by name, address or licence") });
  const look = async (e) => {
    e.preventDefault();
    const found = await home.find(input.value.trim());
    list.replaceChildren(...(found === null ? [el("li", {}, w("The centre does not answer. It will be tried again."))] : found.length === 0 ? [el("li", {}, w("No business fits."))]
      : found.map((o) => el("li.task", { "data-found": o.id }, el("div.task-name", {}, o.name, el("p.task-hint", {}, o.address)),
        el("button.btn.btn-small", { type: "button", onclick: async (ev) => { ev.target.disabled = true; await home.take(o); ev.target.closest("li").remove(); } }, w("Take along"))))));
  };
  return el("form.stack-s", { onsubmit: look, role: "search" }, el("label.label", { for: "t-q" }, w("Search a business by name, address or licence")),
    el("div.row", {}, input, el("button.btn", {}, w("Search"))), list);
}
