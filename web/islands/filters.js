// A filter form sends itself when a choice changes; typed text waits for Enter or for leaving the field.
export function mount(form) {
  form.classList.add("is-live");
  form.addEventListener("change", () => {
    for (const el of form.elements) if (el.name && el.value === "") el.disabled = true;
    if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  });
  window.addEventListener("pageshow", () => {
    for (const el of form.elements) el.disabled = false;
  });
}
