// Makes gallery.html (GET /design) from the partials and the samples in gallery/*.mjs, so that it shows what is.
// Usage: node web/gallery.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sections } from "./gallery/sections.mjs";
import { parse, render } from "./mustache.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const load = (name) => readFileSync(join(here, `${name}.html`), "utf8").replace(/\n$/, "");

// Samples are ours: their {{_ words}} and the program's own variables stay in the page for the program to fill in.
const KEPT = /^(asset\.|csrf$|path$|lang$|other_lang$)/;
const env = {
  load,
  say: (text) => `{{_ ${text}}}`,
  value: (value, name) => {
    if (value === undefined && KEPT.test(name)) return `{{${name}}}`;
    return typeof value === "string" && value.includes("{{_ ") ? value : undefined;
  },
};

/** One partial, or a piece of markup, with its sample. */
function show([source, data = {}]) {
  const text = /^partials\//.test(source) ? load(source) : source;
  return render(parse(text, source), [data], env);
}

const body = sections
  .map((s) => {
    const demos = s.show.map((one) => `<div class="demo-box">\n${show(one)}\n</div>`).join("\n");
    return `<section class="demo-part" id="${s.id}">\n<h2>{{_ ${s.title}}}</h2>\n${demos}\n</section>`;
  })
  .join("\n");
const index = sections.map((s) => `<li><a href="#${s.id}">{{_ ${s.title}}}</a></li>`).join("");

const page = `{{! made by web/gallery.mjs; change the partials or web/gallery/ instead }}
{{<layouts/public}}{{$title}}{{_ Parts of the page}}{{/title}}{{$wide}}page-wide{{/wide}}
{{$content}}
<h1>{{_ Parts of the page}}</h1>
<p class="intro hanging">{{_ Every part that pages are made of, in the language you read.}}</p>
<ul class="demo-index">${index}</ul>
${body}
{{/content}}{{/layouts/public}}
`;

const file = join(here, "gallery.html");
if (process.argv[2] === "--check") {
  if (readFileSync(file, "utf8") !== page) {
    console.error("gallery.html is not what its parts say: run node web/gallery.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(file, page);
}
