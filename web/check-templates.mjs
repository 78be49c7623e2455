// Fails when a template of web/ is broken: sections, missing partials or icons, style or script in the markup,
// a sentence without Chinese.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "./mustache.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const files = ["layouts", "partials"].flatMap((dir) => readdirSync(join(here, dir)).map((f) => `${dir}/${f}`));
files.push("gallery.html");
const names = new Set(files.map((f) => f.replace(/\.html$/, "")));
const icons = new Set(Object.keys(JSON.parse(readFileSync(join(here, "icons/list.json"), "utf8"))));
for (const f of readdirSync(join(here, "icons/own"))) icons.add(f.replace(".svg", ""));
const po = readFileSync(join(here, "zh.po"), "utf8");
const known = new Set([...po.matchAll(/^msgid "(.*)"$/gm)].map((m) => m[1].replace(/\\(.)/g, "$1")));
const faults = [];

function walk(nodes, file) {
  for (const n of nodes) {
    if (typeof n === "string") continue;
    if ((n.type === ">" || n.type === "<") && !names.has(n.name)) faults.push(`${file}: no template ${n.name}`);
    if (n.type === "_" && !known.has(n.name)) faults.push(`${file}: zh.po lacks "${n.name}"`);
    walk(n.body, file);
  }
}

for (const file of files) {
  const text = readFileSync(join(here, file), "utf8");
  try {
    walk(parse(text, file), file);
  } catch (e) {
    faults.push(e.message);
  }
  if (/\sstyle=|<style|\son\w+=|<script(?![^>]*src=)(?! type="application\/json">)/i.test(text)) faults.push(`${file}: style or script inside`);
  for (const m of text.matchAll(/\{\{asset\.icons\}\}#([a-z0-9-]+)"/g)) {
    if (!icons.has(m[1])) faults.push(`${file}: no icon ${m[1]}`);
  }
}
for (const f of faults) console.error(f);
if (faults.length) process.exit(1);
console.log(`templates: ${files.length} files, ${known.size - 1} sentences in Chinese`);
