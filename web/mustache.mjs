// A small reader of our templates for the gallery, the checks and previews. The program has its own engine in C.
const TAG = /\{\{\{\s*([^}]+?)\s*\}\}\}|\{\{([#^/<$>!_&]?)\s*([^}]*?)\s*\}\}/g;
const OPENS = "#^<$";

/** The tree of a template: strings and {type, name, body}. Throws when a section is not closed. */
export function parse(text, file = "template") {
  const root = { type: "root", name: "", body: [] };
  const open = [root];
  let at = 0;
  for (const m of text.matchAll(TAG)) {
    const top = open[open.length - 1];
    if (m.index > at) top.body.push(text.slice(at, m.index));
    at = m.index + m[0].length;
    const type = m[1] ? "{" : m[2] || "=";
    const name = m[1] || m[3];
    if (type === "!") continue;
    if (type === "/") {
      if (top.name !== name) throw new Error(`${file}: {{/${name}}} closes {{${top.type}${top.name}}}`);
      open.pop();
      continue;
    }
    const node = { type, name, body: [] };
    top.body.push(node);
    if (OPENS.includes(type)) open.push(node);
  }
  if (open.length > 1) throw new Error(`${file}: {{${open[open.length - 1].type}${open[open.length - 1].name}}} is open`);
  root.body.push(text.slice(at));
  return root.body;
}

const escape = (s) =>
  String(s).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);

function look(stack, name) {
  if (name === ".") return stack[stack.length - 1];
  const [first, ...rest] = name.split(".");
  for (let i = stack.length - 1; i >= 0; i--) {
    const here = stack[i];
    if (here && typeof here === "object" && first in here) {
      return rest.reduce((v, key) => (v == null ? undefined : v[key]), here[first]);
    }
  }
  return undefined;
}

const empty = (v) => v === undefined || v === null || v === false || v === "" || (Array.isArray(v) && !v.length);

/**
 * Renders a tree. `env.load(name)` gives a partial's text; `env.say(text)` translates; `env.value(v, name)` may
 * replace how a value is written (undefined: escape it).
 */
export function render(body, stack, env, blocks = {}) {
  let out = "";
  for (const node of body) out += typeof node === "string" ? node : write(node, stack, env, blocks);
  return out;
}

function write(node, stack, env, blocks) {
  const { type, name } = node;
  if (type === "_") return env.say(name);
  if (type === ">") return render(parse(env.load(name), name), stack, env, blocks);
  if (type === "$") return render(blocks[name] || node.body, stack, env, blocks);
  if (type === "<") {
    const mine = {};
    for (const part of node.body) if (part.type === "$") mine[part.name] = part.body;
    return render(parse(env.load(name), name), stack, env, { ...mine, ...blocks });
  }
  const value = look(stack, name);
  if (type === "^") return empty(value) ? render(node.body, stack, env, blocks) : "";
  if (type === "#") {
    if (empty(value)) return "";
    if (!Array.isArray(value)) return render(node.body, [...stack, value], env, blocks);
    return value.map((item) => render(node.body, [...stack, item], env, blocks)).join("");
  }
  const written = env.value ? env.value(value, name) : undefined;
  if (written !== undefined) return written;
  return value === undefined || value === null ? "" : type === "{" ? String(value) : escape(value);
}
