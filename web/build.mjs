// Bundles web/css and web/islands into OUTDIR with hashed names, precompressed twins and manifest.json.
// Usage: node web/build.mjs OUTDIR
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { sprite } from "./icons/sprite.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] && resolve(process.argv[2]);
if (!out) {
  console.error("usage: node web/build.mjs OUTDIR");
  process.exit(2);
}

const HASHED = /-[0-9A-Za-z]{8}\.(js|css|svg)(\.gz)?$/;
mkdirSync(out, { recursive: true });
for (const name of readdirSync(out)) if (HASHED.test(name)) rmSync(join(out, name));

const manifest = {};
const url = (name) => `/assets/${name}`;

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: "islands/app.js", tablet_worker: "islands/tablet_worker.js", style: "css/app.css" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  metafile: true,
  legalComments: "eof",
  target: ["es2020", "safari14", "chrome80", "firefox78"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  supported: { destructuring: true }, // Safari 14 knows it; the tool avoids it for a rare bug there
  loader: { ".svg": "dataurl", ".png": "dataurl" },
  logLevel: "warning",
  logLimit: 10,
});
for (const [file, info] of Object.entries(result.metafile.outputs)) {
  const name = basename(file);
  if (!info.entryPoint) continue;
  const key = basename(info.entryPoint).replace(/\.\w+$/, "");
  if (name.endsWith(".css")) manifest.css = url(name);
  else manifest[key === "app" ? "js" : key] = url(name);
}

function emit(key, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const name = `${key}-${hash}.svg`;
  writeFileSync(join(out, name), text);
  manifest[key] = url(name);
}
emit("icons", sprite(here));
emit("logo", readFileSync(join(here, "icons/logo.svg"), "utf8"));
emit("favicon", readFileSync(join(here, "icons/favicon.svg"), "utf8"));

// The licences of what the bundles contain travel with them.
const licences = ["hls.js", "leaflet", "signature_pad", "lucide-static"].map(
  (name) => `== ${name}\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`,
);
writeFileSync(join(out, "licences.txt"), licences.join("\n\n"));

let total = 0;
for (const name of readdirSync(out)) {
  if (!HASHED.test(name) || name.endsWith(".gz")) continue;
  const packed = gzipSync(readFileSync(join(out, name)), { level: 9 });
  writeFileSync(join(out, `${name}.gz`), packed);
  total += packed.length;
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 1)}\n`);
console.log(`web: ${Object.keys(sorted).length} assets, ${Math.ceil(total / 1024)} KiB compressed, ${out}`);
