// Signing out takes the day's data off the device; records that are not sent yet are said first, never lost.
import { owner, waiting, wipe } from "./tablet/store.js";

export function mount(form) {
  let clear = false;
  form.addEventListener("submit", async (event) => {
    const me = owner();
    if (clear || !me) return;
    event.preventDefault();
    if (await waiting(me.id).catch(() => 0)) {
      const note = form.parentElement.querySelector("[data-held]") || document.createElement("a");
      Object.assign(note, { href: "/inspections/today", textContent: form.dataset.words, className: "alert alert-yellow leave-held" });
      note.dataset.held = "yes";
      form.after(note);
      return;
    }
    await wipe(me.id).catch(() => {});
    clear = true;
    form.submit();
  }, true);
}
