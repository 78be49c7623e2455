// The wall of cameras: keys, turning of pages, full screen. Pages are addresses, so a layout can be kept as a bookmark.
export function mount(root) {
  const { n, before, after, first } = root.dataset;
  const go = (href) => { if (href) location.assign(href); };
  let seconds = Number(root.dataset.rotate);
  let left = seconds;
  if (seconds && (after || before)) {
    setInterval(() => {
      if (!seconds || document.hidden) return;
      left -= 1;
      if (left <= 0) go(after || first);
    }, 1000);
  }
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
  root.querySelector(".camwall-full").addEventListener("click", full);
  const layouts = [...root.querySelectorAll(".camwall-layouts a")];
  const keys = { 1: "1", 4: "4", 9: "9", 6: "16" };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
    if (keys[e.key] && keys[e.key] !== n) go(layouts.find((a) => a.textContent === keys[e.key])?.href);
    else if (e.key === "ArrowRight") go(after);
    else if (e.key === "ArrowLeft") go(before);
    else if (e.key === "f") full();
    else if (e.key === "p") seconds = seconds ? 0 : left;
  });
}
