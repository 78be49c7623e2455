// Draws zones over a picture and writes them, a line each, into the text field that data-for names. The text field
// stays the truth: what is typed there is drawn, what is drawn is typed there.
const NS = "http://www.w3.org/2000/svg";
const SIDE = 1000;
const ZONES = 4;
const CORNERS = 16;
const NEAR = 25; // thousandths: so close to its first corner a press closes the zone

const clamp = (v) => Math.min(SIDE, Math.max(0, Math.round(v)));

export function parse(text) {
  return text
    .split("\n")
    .map((line) =>
      line
        .trim()
        .split(/ +/)
        .map((c) => c.split(",").map(Number))
        .filter((c) => c.length === 2 && c.every((v) => Number.isInteger(v) && v >= 0 && v <= SIDE)),
    )
    .filter((zone) => zone.length)
    .slice(0, ZONES);
}

export const write = (zones) => zones.map((z) => z.map((c) => c.join(",")).join(" ")).join("\n");

export function mount(box) {
  const field = document.getElementById(box.dataset.for);
  const picture = box.querySelector(".player, img");
  if (!field || !picture) return;
  let zones = parse(field.value);
  let open = false; // is the last zone still being drawn
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", `0 0 ${SIDE} ${SIDE}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "zones-layer");
  const frame = document.createElement("div");
  frame.className = "zones-frame";
  picture.before(frame);
  frame.append(picture, svg);
  box.querySelector(".zones-tools").hidden = false;
  const status = box.querySelector(".zones-tools [role=status]");

  const keep = () => {
    field.value = write(zones);
    draw();
  };

  function corner(zone, i) {
    const c = document.createElementNS(NS, "ellipse");
    const ratio = svg.clientWidth / (svg.clientHeight || 1);
    c.setAttribute("cx", zone[i][0]);
    c.setAttribute("cy", zone[i][1]);
    c.setAttribute("rx", 12);
    c.setAttribute("ry", 12 * ratio);
    c.setAttribute("class", "zones-corner");
    c.setAttribute("tabindex", "0");
    c.setAttribute("role", "button");
    c.setAttribute("aria-label", `${status.dataset.corner} ${i + 1}: ${zone[i].join(", ")}`);
    c.addEventListener("keydown", (e) => move(e, zone, i));
    c.addEventListener("pointerdown", (e) => drag(e, c, zone, i));
    return c;
  }

  function draw() {
    svg.replaceChildren();
    zones.forEach((zone, z) => {
      const shape = document.createElementNS(NS, open && z === zones.length - 1 ? "polyline" : "polygon");
      shape.setAttribute("points", zone.map((c) => c.join(",")).join(" "));
      shape.setAttribute("class", "zones-shape");
      svg.append(shape);
      zone.forEach((_, i) => svg.append(corner(zone, i)));
    });
  }

  function focusCorner(zone, i) {
    const before = zones.slice(0, zones.indexOf(zone)).reduce((n, z) => n + z.length, 0);
    const dot = svg.querySelectorAll(".zones-corner")[before + i];
    if (dot) dot.focus();
    if (zone[i]) status.textContent = `${status.dataset.corner} ${i + 1}: ${zone[i].join(", ")}`;
  }

  function move(e, zone, i) {
    const step = e.shiftKey ? 50 : 10;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key];
    if (by) zone[i] = [clamp(zone[i][0] + by[0]), clamp(zone[i][1] + by[1])];
    else if (e.key === "Delete" || e.key === "Backspace") zone.splice(i, 1);
    else return;
    e.preventDefault();
    zones = zones.filter((z) => z.length);
    keep();
    if (zones.includes(zone)) focusCorner(zone, Math.min(i, zone.length - 1));
  }

  const at = (e) => {
    const r = svg.getBoundingClientRect();
    return [clamp(((e.clientX - r.left) / r.width) * SIDE), clamp(((e.clientY - r.top) / r.height) * SIDE)];
  };

  function drag(e, dot, zone, i) {
    e.stopPropagation();
    e.preventDefault();
    if (open && i === 0 && zone === zones[zones.length - 1] && zone.length >= 3) {
      open = false;
      return keep();
    }
    svg.setPointerCapture(e.pointerId);
    const follow = (m) => {
      zone[i] = at(m);
      keep();
    };
    const end = () => {
      svg.removeEventListener("pointermove", follow);
      svg.removeEventListener("pointerup", end);
      svg.removeEventListener("pointercancel", end);
    };
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
  }

  function add(c) {
    if (!open) {
      if (zones.length >= ZONES) return;
      zones.push([]);
      open = true;
    }
    const zone = zones[zones.length - 1];
    const first = zone[0];
    if (zone.length >= 3 && Math.hypot(c[0] - first[0], c[1] - first[1]) < NEAR) open = false;
    else if (zone.length < CORNERS) zone.push(c);
    keep();
  }

  svg.addEventListener("pointerdown", (e) => add(at(e)));
  box.addEventListener("click", (e) => {
    const what = e.target.closest("[data-do]");
    if (!what) return;
    if (what.dataset.do === "corner") {
      add([500, 500]);
      const zone = zones[zones.length - 1];
      if (zone) focusCorner(zone, zone.length - 1);
      return;
    }
    if (what.dataset.do === "clear") zones = [];
    else if (zones.length) zones[zones.length - 1].pop();
    zones = zones.filter((z) => z.length);
    open = zones.length > 0 && what.dataset.do === "undo";
    keep();
  });
  field.addEventListener("input", () => {
    zones = parse(field.value);
    open = false;
    draw();
  });
  new ResizeObserver(draw).observe(frame);
  draw();
}
