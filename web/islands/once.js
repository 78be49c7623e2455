// A second press on the same button within three seconds sends nothing.
export function guardForms(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    const now = Date.now();
    if (form.dataset.sent && now - Number(form.dataset.sent) < 3000) event.preventDefault();
    else form.dataset.sent = String(now);
  });
}
