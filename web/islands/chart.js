// Small charts as SVG from data attributes. What stands inside the figure stays for screen readers.
const NS = "http://www.w3.org/2000/svg";
const list = (text) => (text ? text.split(",").map((s) => s.trim()) : []);

function add(parent, tag, attrs, text) {
  const el = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attrs)) el.setAttribute(name, value);
  if (text !== undefined) el.textContent = text;
  parent.append(el);
  return el;
}

const tone = (c, i) => (/^(green|yellow|red|info|neutral)$/.test(c.tones[i] || "") ? `c-${c.tones[i]}` : "c-main");
const label = (c, i) => c.labels[i] || "";
const put = (n) => Math.round(n * 100) / 100;

function points(c, w, h, pad) {
  const top = Math.max(...c.values, 1e-9);
  const low = Math.min(...c.values, 0);
  const step = c.values.length > 1 ? (w - 2 * pad) / (c.values.length - 1) : 0;
  return c.values.map((v, i) => [put(pad + i * step), put(h - pad - ((v - low) / (top - low)) * (h - 2 * pad))]);
}

function spark(svg, c) {
  svg.setAttribute("viewBox", "0 0 120 32");
  svg.setAttribute("preserveAspectRatio", "none");
  const p = points(c, 120, 32, 3);
  add(svg, "polygon", { class: "c-area", points: `${p.join(" ")} ${p[p.length - 1][0]},32 ${p[0][0]},32` });
  add(svg, "polyline", { class: "c-line", points: p.join(" "), "vector-effect": "non-scaling-stroke" });
}

function frame(svg, c, w, h) {
  svg.setAttribute("viewBox", `0 0 ${w} ${h + 24}`);
  for (const y of [0, 0.5, 1]) {
    add(svg, "line", { class: "c-grid", x1: 0, x2: w, y1: put(8 + y * (h - 8)), y2: put(8 + y * (h - 8)) });
  }
  const every = Math.ceil(c.labels.length / 8);
  const xs = c.values.map((_, i) => ((i + 0.5) * w) / c.values.length);
  c.labels.forEach((text, i) => {
    if (i % every === 0) add(svg, "text", { class: "c-text", x: put(xs[i] || 0), y: h + 18 }, text);
  });
  return xs;
}

function line(svg, c) {
  const [w, h] = [480, 150];
  const xs = frame(svg, c, w, h);
  const top = Math.max(...c.values, 1e-9);
  const p = c.values.map((v, i) => [put(xs[i]), put(h - (v / top) * (h - 16))]);
  add(svg, "polygon", { class: "c-area", points: `${p.join(" ")} ${p[p.length - 1][0]},${h} ${p[0][0]},${h}` });
  add(svg, "polyline", { class: "c-line", points: p.join(" ") });
  const last = p[p.length - 1];
  add(svg, "circle", { class: "c-dot", cx: last[0], cy: last[1], r: 4 });
  add(svg, "text", { class: "c-value", x: last[0], y: last[1] - 9 }, c.values[c.values.length - 1]);
}

function bars(svg, c) {
  const [w, h] = [480, 150];
  const xs = frame(svg, c, w, h);
  const top = Math.max(...c.values, 1e-9);
  const wide = Math.min(44, (w / c.values.length) * 0.62);
  c.values.forEach((v, i) => {
    const tall = Math.max((v / top) * (h - 26), v > 0 ? 2 : 0);
    const at = { x: put(xs[i] - wide / 2), y: put(h - tall), width: put(wide), height: put(tall), rx: 3 };
    add(svg, "rect", { class: tone(c, i), ...at });
    add(svg, "text", { class: "c-value", x: put(xs[i]), y: put(h - tall - 6) }, v);
  });
}

function stack(svg, c) {
  svg.setAttribute("viewBox", "0 0 480 20");
  svg.setAttribute("preserveAspectRatio", "none");
  const sum = c.values.reduce((a, b) => a + b, 0) || 1;
  let x = 0;
  c.values.forEach((v, i) => {
    const w = (v / sum) * 480;
    if (w > 0) add(svg, "rect", { class: tone(c, i), x: put(x), y: 0, width: put(Math.max(w - 2, 1)), height: 20 });
    x += w;
  });
}

function donut(svg, c) {
  svg.setAttribute("viewBox", "0 0 120 120");
  const sum = c.values.reduce((a, b) => a + b, 0) || 1;
  const round = 2 * Math.PI * 46;
  let from = 0;
  c.values.forEach((v, i) => {
    const part = (v / sum) * round;
    const dash = `${put(Math.max(part - 2, 0))} ${put(round)}`;
    const at = { cx: 60, cy: 60, r: 46, "stroke-dasharray": dash, "stroke-dashoffset": put(-from) };
    add(svg, "circle", { class: `c-ring ${tone(c, i)}`, ...at, transform: "rotate(-90 60 60)" });
    from += part;
  });
  add(svg, "text", { class: "c-total", x: 60, y: 68 }, sum);
}

function legend(figure, c) {
  const ul = document.createElement("ul");
  ul.className = "chart-legend";
  c.values.forEach((v, i) => {
    const li = document.createElement("li");
    li.className = tone(c, i);
    const b = document.createElement("b");
    b.textContent = String(v);
    li.append(label(c, i), " ", b);
    ul.append(li);
  });
  figure.append(ul);
}

// A chart over time that the server has drawn: tells the value under the pointer. The line is broken where readings are
// missing, and nothing is told there.
function series(figure) {
  const svg = figure.querySelector("svg"), out = figure.querySelector("output");
  if (!svg || !out) return;
  const [left, top, inner, tall] = list(svg.dataset.box).map(Number);
  const { from, to, low, high } = Object.fromEntries(Object.entries(svg.dataset).map(([k, v]) => [k, Number(v)]));
  const at = [...svg.querySelectorAll("polyline")].flatMap((l) => l.getAttribute("points").trim().split(" ").map((p) => p.split(",").map(Number)));
  svg.addEventListener("pointermove", (e) => {
    const box = svg.getBoundingClientRect();
    const x = ((e.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
    const near = at.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a), [Infinity, 0]);
    if (Math.abs(near[0] - x) > 6) { out.textContent = ""; return; }
    const time = new Date(from + ((near[0] - left) / inner) * (to - from));
    const value = (high - ((near[1] - top) / tall) * (high - low)) / 100;
    out.textContent = `${time.toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" })}  ${value.toFixed(1)} ${svg.dataset.unit}`;
  });
  svg.addEventListener("pointerleave", () => { out.textContent = ""; });
}

const KINDS = { spark, line, bars, stack, donut };

/** Draws (again) from the data attributes of `figure`. */
export function draw(figure) {
  const c = {
    values: list(figure.dataset.values).map(Number).filter(Number.isFinite),
    labels: list(figure.dataset.labels),
    tones: list(figure.dataset.tones),
  };
  const kind = figure.dataset.kind || "bars";
  if (!KINDS[kind] || !c.values.length) return;
  figure.querySelectorAll("svg.chart-svg,.chart-legend").forEach((el) => el.remove());
  figure.classList.add("chart", `chart-${kind}`);
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("class", "chart-svg");
  svg.setAttribute("role", "img");
  const words = c.values.map((v, i) => `${label(c, i)} ${v}`.trim()).join(", ");
  svg.setAttribute("aria-label", [figure.dataset.title, words].filter(Boolean).join(": "));
  KINDS[kind](svg, c);
  figure.prepend(svg);
  if (kind === "stack" || kind === "donut") legend(figure, c);
}

export function mount(figure) {
  if (figure.dataset.kind === "series") return series(figure);
  for (const el of figure.querySelectorAll("table,.chart-text")) el.classList.add("visually-hidden");
  draw(figure);
}
