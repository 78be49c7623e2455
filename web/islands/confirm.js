// Asks before a form is sent. The question stands in data-confirm, on the form or on the pressed button.
const box = () => document.getElementById("confirm-dialog");

/** Resolves to true when the person says yes. */
export function ask(text) {
  const dialog = box();
  if (!dialog || !dialog.showModal) return Promise.resolve(window.confirm(text));
  dialog.querySelector(".dialog-text").textContent = text;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function send(form, button) {
  form.dataset.agreed = "yes";
  if (form.requestSubmit) form.requestSubmit(button || undefined);
  else if (button) button.click();
  else form.submit();
  delete form.dataset.agreed;
}

export function mount(el) {
  const form = el instanceof HTMLFormElement ? el : el.form;
  form.addEventListener(
    "submit",
    (event) => {
      if (form.dataset.agreed || event.defaultPrevented) return;
      const button = event.submitter || null;
      if (el !== form && button !== el) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(el.dataset.confirm).then((yes) => yes && send(form, button));
    },
    true,
  );
}
