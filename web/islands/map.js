// A map without a picture beneath, unless the bureau gives one: points, the trail of one of them, cells, and outlines of towns.
// Base tiles are only taken from our own origin, with their review number shown: a map needs approval before it is shown.
import { canvas, circleMarker, control, geoJSON, map as newMap, polygon, polyline, tileLayer } from "leaflet";

const DEGREES = 1e6;
const CITY = [31.23, 121.47];
const TONES = {
  green: { radius: 7, weight: 2 },
  info: { radius: 7, weight: 2 },
  yellow: { radius: 8, weight: 3 },
  red: { radius: 10, weight: 4 },
  neutral: { radius: 6, weight: 2 },
};

const place = (p) => [Number(p.lat) / DEGREES, Number(p.lon) / DEGREES];
/** A ring as it is sent: latitude, longitude, latitude, ... in micro-degrees. */
const ringOf = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [Number(flat[2 * i]) / DEGREES, Number(flat[2 * i + 1]) / DEGREES]);
const known = (p) => Number.isFinite(Number(p.lat)) && Number.isFinite(Number(p.lon)) && (Number(p.lat) || Number(p.lon));

/** Words and links of a point, built as nodes: nothing of it is ever read as markup. */
function words(point) {
  const box = document.createElement("div");
  const head = document.createElement(point.href ? "a" : "strong");
  head.textContent = point.label || "";
  if (point.href && /^\/(?!\/)/.test(point.href)) head.href = point.href;
  box.append(head);
  for (const text of [point.state, point.detail]) {
    if (!text) continue;
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
  }
  return box;
}

class Board {
  constructor(figure) {
    this.figure = figure;
    this.style = getComputedStyle(figure);
    this.map = newMap(figure.querySelector(".map-canvas"), {
      attributionControl: false,
      zoomSnap: 0.5,
      minZoom: 8,
      maxZoom: 18,
      renderer: canvas({ padding: 0.3 }),
    }).setView(CITY, 10);
    control.scale({ imperial: false }).addTo(this.map);
    this.marks = new Map();
    this.trail = null;
    this.cells = [];
    this.fitted = false;
  }

  colour(tone) {
    return this.style.getPropertyValue(`--map-${TONES[tone] ? tone : "neutral"}`).trim();
  }

  /** Tone is shown by size and ring as well as by colour; the words say it a third time. */
  mark(point) {
    const tone = TONES[point.tone] ? point.tone : "neutral";
    const colour = this.colour(tone);
    const one = circleMarker(place(point), {
      ...TONES[tone],
      color: tone === "yellow" || tone === "neutral" ? colour : this.style.getPropertyValue("--map-ring").trim(),
      fillColor: tone === "neutral" ? "transparent" : colour,
      fillOpacity: tone === "yellow" ? 0.35 : 1,
    });
    one.bindPopup(words(point));
    const name = document.createElement("span");
    name.textContent = point.label || "";
    one.bindTooltip(name);
    return one.addTo(this.map);
  }

  cell(shape) {
    const one = polygon(shape.rings.map(ringOf), { color: this.style.getPropertyValue("--map-line").trim(), weight: 2, fillOpacity: 0.06 });
    const name = document.createElement("span");
    name.textContent = shape.label || "";
    one.bindTooltip(name, { sticky: true });
    return one.addTo(this.map);
  }

  show(data) {
    for (const c of this.cells) c.remove();
    this.cells = (Array.isArray(data.shapes) ? data.shapes : []).map((s) => this.cell(s));
    const points = Array.isArray(data.points) ? data.points.filter(known) : [];
    for (const m of this.marks.values()) m.remove();
    this.marks.clear();
    points.forEach((p, i) => this.marks.set(String(p.id || i), this.mark(p)));
    if (this.trail) this.trail.remove();
    const way = Array.isArray(data.trail) ? data.trail.filter(known).map(place) : [];
    this.trail = way.length > 1 ? polyline(way, { color: this.colour("info"), weight: 3 }).addTo(this.map) : null;
    const corners = this.cells.flatMap((c) => [c.getBounds().getSouthWest(), c.getBounds().getNorthEast()]);
    if (!this.fitted && (points.length || way.length || corners.length)) this.fit([...points.map(place), ...way, ...corners]);
    this.figure.dataset.points = String(points.length);
  }

  fit(places) {
    this.fitted = true;
    this.map.fitBounds(places, { padding: [32, 32], maxZoom: 15 });
  }

  async base(url) {
    const base = await (await fetch(url, { headers: { accept: "application/json" } })).json();
    if (/^\/(?!\/)/.test(base.tiles || "")) {
      tileLayer(base.tiles, { maxZoom: 18 }).addTo(this.map);
      control.attribution({ prefix: false }).addTo(this.map).addAttribution(base.note.replace(/[<>&]/g, " "));
    }
    if (!base.outline) return;
    const shapes = geoJSON(await (await fetch(base.outline)).json(), {
      style: { color: this.style.getPropertyValue("--map-line").trim(), weight: 1, fillOpacity: 0.04 },
      interactive: false,
    }).addTo(this.map);
    if (!this.fitted && shapes.getBounds().isValid()) this.map.fitBounds(shapes.getBounds());
  }

  /** A row of the list beside the map that names a point brings it into view. */
  follow(root) {
    root.addEventListener("click", (event) => {
      const row = event.target.closest("[data-map-point]");
      const mark = row && this.marks.get(row.dataset.mapPoint);
      if (!mark) return;
      this.map.setView(mark.getLatLng(), Math.max(this.map.getZoom(), 14));
      mark.openPopup();
    });
  }

  async refresh(url) {
    if (document.hidden) return;
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    if (answer.ok) this.show((await answer.json()).map || {});
  }
}

export function mount(figure) {
  const board = new Board(figure);
  const kept = figure.querySelector('script[type="application/json"]');
  board.show(JSON.parse(kept ? kept.textContent : "{}"));
  board.follow(document);
  const { base, src, every } = figure.dataset;
  if (base) board.base(base).catch((e) => console.warn("map base", e));
  if (src && Number(every) > 0) setInterval(() => board.refresh(src).catch(() => {}), Number(every) * 1000);
}
