// Draws what the model saw over the still: data-boxes holds shares of width and height.
const TONES = /^(green|yellow|red|info)$/;
const share = (n) => Math.min(1, Math.max(0, Number(n) || 0));

function draw(layer, box) {
  const el = document.createElement("span");
  el.className = `box box-${TONES.test(box.tone || "") ? box.tone : "yellow"}`;
  el.style.left = `${share(box.x) * 100}%`;
  el.style.top = `${share(box.y) * 100}%`;
  el.style.width = `${Math.min(share(box.w), 1 - share(box.x)) * 100}%`;
  el.style.height = `${Math.min(share(box.h), 1 - share(box.y)) * 100}%`;
  if (box.label) {
    const label = document.createElement("span");
    label.className = "box-label";
    label.textContent = box.label;
    el.append(label);
  }
  layer.append(el);
}

export function mount(figure) {
  let boxes = [];
  try {
    boxes = JSON.parse(figure.dataset.boxes || "[]");
  } catch {
    return;
  }
  const picture = figure.querySelector("img,video");
  if (!Array.isArray(boxes) || !boxes.length || !picture) return;
  const layer = document.createElement("span");
  layer.className = "boxes";
  layer.setAttribute("aria-hidden", "true");
  boxes.forEach((box) => draw(layer, box));
  picture.after(layer);
  const toggle = figure.parentElement.querySelector(".evidence-toggle");
  if (!toggle) return;
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    layer.hidden = !layer.hidden;
  });
}
