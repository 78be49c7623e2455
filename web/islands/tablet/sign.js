// One signature of a record: a pad, or the picture that was kept.
import SignaturePad from "signature_pad";
import { el, w } from "./dom.js";

/** keep(dataUrl) is called after each stroke; "" when it is cleared. */
export function signBox(name, label, value, keep) {
  const canvas = el("canvas.sign-canvas", { "aria-label": label });
  const picture = el("img.sign-kept", { alt: label, hidden: true });
  const pad = el("div.sign-pad", {}, el("p.hint", {}, w("Write your name with a finger or a pen.")), canvas, picture,
    el("div.sign-line", { "aria-hidden": "true" }),
    el("button.btn-text.sign-clear", { type: "button", onclick: () => clear() }, w("Clear and write again")));
  const box = el("fieldset.field.sign", { id: `f-${name}`, "data-sign": name }, el("legend.label", {}, label), pad);
  let ink;

  function begin() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.min(1900, canvas.offsetWidth * ratio); // the centre takes 2000 x 1000 at most
    canvas.height = Math.min(950, canvas.offsetHeight * ratio);
    canvas.getContext("2d").scale(canvas.width / canvas.offsetWidth, canvas.height / canvas.offsetHeight);
    ink = new SignaturePad(canvas, { penColor: "#0b1f3f", minWidth: 0.8, maxWidth: 3.2, throttle: 8 });
    ink.addEventListener("endStroke", () => keep(ink.toDataURL("image/png")));
  }
  function show(data) {
    picture.hidden = !data;
    canvas.hidden = Boolean(data);
    if (data) picture.src = data;
  }
  function clear() {
    keep("");
    show("");
    if (ink) ink.clear();
    else begin();
  }
  show(value);
  if (!value) requestAnimationFrame(() => canvas.offsetWidth && begin());
  return box;
}
