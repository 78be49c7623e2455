// The signature pad. Its picture goes into the hidden field when the form is sent; the typed name always counts too.
import SignaturePad from "signature_pad";

export function mount(box) {
  const frame = box.querySelector(".sign-pad");
  const canvas = box.querySelector("canvas");
  const field = box.querySelector('input[type="hidden"]');
  frame.hidden = false;
  const pad = new SignaturePad(canvas, { penColor: "#0b1f3f", minWidth: 0.8, maxWidth: 3.2, throttle: 8 });

  let width = 0;
  const fit = () => {
    if (canvas.offsetWidth === width) return;
    width = canvas.offsetWidth;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const strokes = pad.toData();
    canvas.width = width * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
    if (!strokes.length && field.value) pad.fromDataURL(field.value, { ratio: 1, width, height: canvas.offsetHeight }); // the form came back
  };
  fit();
  new ResizeObserver(fit).observe(canvas);

  pad.addEventListener("beginStroke", () => box.classList.add("is-signed"));
  box.querySelector(".sign-clear").addEventListener("click", () => {
    pad.clear();
    field.value = "";
    box.classList.remove("is-signed");
  });
  if (!box.form) return;
  box.form.addEventListener("submit", () => {
    if (pad.toData().length) field.value = pad.toDataURL("image/png"); // else what was signed before, or nothing
  }, true);
}
