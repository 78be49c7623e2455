// A button that puts data-copy on the clipboard and says so for two seconds.
export function mount(el) {
  if (!navigator.clipboard) {
    el.hidden = true;
    return;
  }
  el.addEventListener("click", async () => {
    await navigator.clipboard.writeText(el.dataset.copy);
    el.classList.add("is-copied");
    setTimeout(() => el.classList.remove("is-copied"), 2000);
  });
}
