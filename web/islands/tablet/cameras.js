// The cameras of a business beside its record: the picture that is seen is the picture that is taken.
import { el, w } from "./dom.js";

function playerBox(camera) {
  const box = document.querySelector("template[data-player]").content.firstElementChild.cloneNode(true);
  const at = `/cameras/${camera.id}/live`;
  Object.assign(box.dataset, { src: `${at}/live.m3u8`, ws: `${at}/ws`, mounted: "yes" });
  if (camera.snapshots) {
    box.dataset.image = `${at}/latest.jpg`;
    box.prepend(el("img.player-image", { alt: camera.name, hidden: true }));
  }
  box.querySelector(".player-label").textContent = camera.name;
  return box;
}

/** view: what is shown; picture(): {camera, source} as it is seen now, or null; stop(): no picture any more. */
export function cameraCard(cameras) {
  const view = el("div.stack-s.record-cameras", { id: "t-cameras" });
  if (!cameras.length) {
    view.append(el("p.alert.alert-yellow", {}, w("This business has no open camera, so it cannot be checked by video.")));
    return { view, picture: () => null, stop() {} };
  }
  let player = null, shown = cameras[0], ended = false;
  const place = el("div");
  const stop = () => { player?.stop(); player = null; };
  const show = async (camera) => {
    stop();
    shown = camera;
    const box = playerBox(camera);
    place.replaceChildren(box);
    const { Player } = await import("../player.js"); // needs a network anyway
    if (shown !== camera || ended) return;
    player = new Player(box);
    player.start();
  };
  const pick = el("select.input", { id: "t-camera", "aria-label": w("Camera"), onchange: (e) => show(cameras.find((c) => c.id === e.target.value)) },
    cameras.map((c) => el("option", { value: c.id }, c.name)));
  view.append(cameras.length > 1 ? pick : "", place);
  show(shown).catch((e) => console.warn("cameras", e));
  return {
    view,
    picture() {
      const image = place.querySelector(".player-image"), video = place.querySelector("video");
      const source = image ? image.naturalWidth && image : video?.videoWidth && video;
      return source ? { camera: shown.id, source } : null;
    },
    stop() { ended = true; stop(); },
  };
}
