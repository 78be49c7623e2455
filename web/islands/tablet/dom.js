// Small helpers: elements without markup in texts, words of the page's own catalogue.
const words = new Map();

export function learn(template) {
  for (const e of template.content.querySelectorAll("[title]")) words.set(e.title, e.textContent);
}

export const w = (text) => words.get(text) ?? text;

/** el("button.btn", {type: "button", onclick}, "text", child, …) */
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const e = document.createElement(tag);
  if (classes.length) e.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "value" || name === "selected") e[name] = value;
    else e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

export function tag(tone, label) {
  return el(`span.tag.tag-${tone}`, {}, label);
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}
