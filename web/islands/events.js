// News from the server: counters in the menu follow, a message shows for some seconds.
const SHOWN_MS = 9000;
const WORST = 3;

function counts(values) {
  for (const [name, n] of Object.entries(values)) {
    for (const el of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) {
      el.textContent = String(n);
      el.classList.toggle("is-new", true);
      setTimeout(() => el.classList.remove("is-new"), 2000);
    }
  }
}

/** Shows one message; `news` is {title, text, href, tone}. Links leave our origin never. */
export function toast(news) {
  const template = document.getElementById("toast-template");
  const list = document.getElementById("toasts");
  if (!template || !list) return;
  const el = template.content.firstElementChild.cloneNode(true);
  el.querySelector('[data-part="title"]').textContent = news.title || "";
  el.querySelector('[data-part="text"]').textContent = news.text || "";
  if (/^\/(?!\/)/.test(news.href || "")) el.querySelector("a").href = news.href;
  if (/^(info|green|yellow|red)$/.test(news.tone || "")) el.classList.add(`toast-${news.tone}`);
  el.querySelector("button").addEventListener("click", () => el.remove());
  list.append(el);
  while (list.children.length > WORST) list.firstElementChild.remove();
  setTimeout(() => el.remove(), SHOWN_MS);
}

export function listen(url) {
  if (!window.EventSource) return;
  const source = new EventSource(url);
  source.onmessage = (event) => {
    let news;
    try {
      news = JSON.parse(event.data);
    } catch {
      return;
    }
    if (news.counts) counts(news.counts);
    if (news.title) toast(news);
  };
  window.addEventListener("pagehide", () => source.close());
}
