// Keyboard for officers: j/k through a list or along links, a letter presses its button, ? shows the help.
function typing(event) {
  const t = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  return t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
}

function move(root, step) {
  const items = [...root.querySelectorAll("[data-key-item]")];
  if (!items.length) return false;
  const at = items.findIndex((el) => el.classList.contains("is-here"));
  const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
  if (at >= 0) items[at].classList.remove("is-here");
  next.classList.add("is-here");
  const link = next.querySelector("a[href]") || next;
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

export function mount(root) {
  document.addEventListener("keydown", (event) => {
    if (typing(event) || document.querySelector("dialog[open]")) return;
    const key = event.key;
    const help = document.getElementById("shortcuts");
    if (key === "?" && help && help.showModal) return help.showModal();
    if (key === "j" && move(root, 1)) return event.preventDefault();
    if (key === "k" && move(root, -1)) return event.preventDefault();
    if (!/^[a-z]$/.test(key)) return undefined;
    const target = root.querySelector(`[data-key="${key}"]`);
    if (!target) return undefined;
    event.preventDefault();
    return target.click();
  });
}
