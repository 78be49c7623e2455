// The big screen asks for its numbers every few seconds and writes them where data-bind and data-each say.
import { draw } from "./chart.js";

const pick = (value, path) => path.split(".").reduce((v, key) => (v == null ? undefined : v[key]), value);
const TONES = ["green", "yellow", "red", "info", "neutral"];

function one(el, data) {
  const { bind, href, tone, values } = el.dataset;
  if (bind) {
    const value = pick(data, bind);
    if (value !== undefined && value !== null && el.textContent !== String(value)) el.textContent = String(value);
  }
  if (el.dataset.bindValues) {
    const next = pick(data, el.dataset.bindValues);
    if (Array.isArray(next) && next.join(",") !== values) {
      el.dataset.values = next.join(",");
      draw(el);
    }
  }
  if (href) {
    const to = pick(data, href);
    if (typeof to === "string" && /^\/(?!\/)/.test(to)) el.setAttribute("href", to);
  }
  if (tone) {
    const now = pick(data, tone);
    for (const t of TONES) el.classList.toggle(`is-${t}`, t === now);
  }
}

const PARTS = "[data-bind],[data-href],[data-tone],[data-bind-values]";

function fill(root, data, enhance) {
  for (const el of root.querySelectorAll(PARTS)) if (!el.closest("[data-each]")) one(el, data);
  for (const box of root.querySelectorAll("[data-each]")) {
    const template = box.querySelector("template");
    const items = pick(data, box.dataset.each);
    if (!template || !Array.isArray(items)) continue;
    const rows = items.map((item) => {
      const row = template.content.cloneNode(true);
      for (const el of row.querySelectorAll(PARTS)) one(el, item);
      return row;
    });
    box.replaceChildren(template, ...rows);
    enhance(box);
  }
}

export function mount(root, enhance) {
  const every = Math.max(2, Number(root.dataset.every) || 5) * 1000;
  const step = async () => {
    try {
      const answer = await fetch(root.dataset.src, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      fill(root, await answer.json(), enhance);
      document.body.classList.remove("is-stale");
    } catch {
      document.body.classList.add("is-stale");
    }
    setTimeout(step, every);
  };
  step();
}
