// Fails when a pair of text and background colours is below 4.5:1, or a needed line or shape below 3:1 (WCAG 2.2).
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const colours = (file) =>
  Object.fromEntries([...readFileSync(join(here, file), "utf8").matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map((m) => [m[1], m[2]]));
const light = colours("css/tokens.css");
const dark = colours("css/wall.css");

const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((i) => channel(parseInt(hex.slice(i, i + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

const pairs = [];
const add = (set, least, texts, grounds) => {
  for (const t of texts) for (const g of grounds) pairs.push([set, least, t, g]);
};
add(light, 4.5, ["ink", "ink-2", "muted"], ["paper", "surface", "sunk", "teal-faint"]);
add(light, 4.5, ["ink", "ink-2"], ["teal-soft", "green-tint", "yellow-tint", "red-tint", "info-tint"]);
add(light, 4.5, ["teal", "teal-deep", "red"], ["paper", "surface", "sunk", "teal-faint"]);
add(light, 4.5, ["teal"], ["teal-soft"]);
add(light, 4.5, ["on-teal", "on-teal-2"], ["teal", "teal-dark", "teal-deep"]);
add(light, 4.5, ["celadon"], ["teal-dark", "teal-deep"]);
for (const tone of ["green", "yellow", "red", "info", "neutral"]) {
  add(light, 4.5, [tone], [`${tone}-tint`, "surface", "paper"]);
  add(light, 4.5, [`on-${tone}`], [`${tone}-solid`]);
}
add(light, 3, ["line-strong"], ["surface", "paper", "sunk"]);
add(light, 3, ["teal", "green-solid", "red-solid"], ["surface", "paper"]);
add(dark, 4.5, ["text", "soft", "w-green", "w-yellow", "w-red", "teal"], ["bg", "panel"]);

let bad = 0;
for (const [set, least, text, ground] of pairs) {
  const r = set[text] && set[ground] ? ratio(set[text], set[ground]) : 0;
  if (r < least) {
    console.error(`${text} on ${ground}: ${r.toFixed(2)} < ${least}`);
    bad += 1;
  }
}
if (bad) process.exit(1);
console.log(`contrast: ${pairs.length} pairs hold`);
