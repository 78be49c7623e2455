// One SVG sprite: our own marks (icons/own/*.svg) and the listed icons of lucide-static (ISC licence).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const inner = (svg) =>
  svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();

const viewbox = (svg) => svg.match(/viewBox="([^"]+)"/)[1];

/** The text of the sprite; `web` is the folder web/. */
export function sprite(web) {
  const lucide = join(web, "node_modules/lucide-static/icons");
  const list = JSON.parse(readFileSync(join(web, "icons/list.json"), "utf8"));
  const line = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const symbols = [];
  for (const [name, source] of Object.entries(list)) {
    const svg = readFileSync(join(lucide, `${source}.svg`), "utf8");
    symbols.push(`<symbol id="${name}" viewBox="${viewbox(svg)}" ${line}>${inner(svg)}</symbol>`);
  }
  for (const file of readdirSync(join(web, "icons/own")).sort()) {
    const svg = readFileSync(join(web, "icons/own", file), "utf8");
    symbols.push(`<symbol id="${file.replace(".svg", "")}" viewBox="${viewbox(svg)}">${inner(svg)}</symbol>`);
  }
  const credit = "<!-- Line icons: Lucide, ISC licence, Copyright (c) Lucide Contributors; the rest is Shian's own -->";
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${credit}\n${symbols.join("\n")}\n</svg>\n`;
}
