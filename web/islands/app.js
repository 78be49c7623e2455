// Finds [data-island] and brings it to life. Pages work without any of this; heavy parts load only when used.
import * as clock from "./clock.js";
import * as confirm from "./confirm.js";
import * as copy from "./copy.js";
import { listen } from "./events.js";
import * as filters from "./filters.js";
import * as keys from "./keys.js";
import * as leave from "./leave.js";
import { guardForms } from "./once.js";
import * as upload from "./upload.js";

const ready = { clock, now: { mount: clock.mountNow }, confirm, copy, filters, keys, leave, upload };
const lazy = {
  chart: () => import("./chart.js"),
  camwall: () => import("./camwall.js"),
  day: () => import("./day.js"),
  clip: () => import("./clip.js"),
  filmstrip: () => import("./filmstrip.js"),
  map: () => import("./map.js"),
  player: () => import("./player.js"),
  signature: () => import("./signature.js"),
  tablet: () => import("./tablet.js"),
  wall: () => import("./wall.js"),
  zones: () => import("./zones.js"),
};

/** Enhances every island inside `root` once. */
export function enhance(root) {
  for (const el of root.querySelectorAll("[data-island]:not([data-mounted])")) {
    const name = el.dataset.island;
    el.dataset.mounted = "yes";
    if (ready[name]) ready[name].mount(el);
    else if (lazy[name]) lazy[name]().then((m) => m.mount(el, enhance)).catch((e) => console.error(name, e));
  }
}

enhance(document);
guardForms(document);
const first = document.querySelector("[data-focus]");
if (first) first.focus();
if (document.body.dataset.events) listen(document.body.dataset.events);
