// Puts the page into the cache that the worker serves from: the shell without its token, and the files it uses.
const CACHE = "shian-tablet";

function files(root) {
  const urls = new Set([root.dataset.icons]);
  for (const e of document.querySelectorAll("link[href], script[src]")) urls.add(e.getAttribute("href") || e.getAttribute("src"));
  for (const e of performance.getEntriesByType("resource")) urls.add(new URL(e.name).pathname);
  return [...urls].filter((u) => u && u.startsWith("/assets/") && u !== root.dataset.worker);
}

/** Answers whether the page would open without a network. */
export async function keepPage(root, text) {
  if (!window.caches || !navigator.serviceWorker) return false;
  const cache = await caches.open(CACHE);
  const wanted = files(root);
  for (const url of wanted) if (!(await cache.match(url))) await cache.add(url);
  const shell = text.replace(/data-csrf="[0-9a-f]*"/g, 'data-csrf=""').replace(/name="csrf" value="[0-9a-f]*"/g, 'name="csrf" value=""');
  // the very headers matter: the strict policy holds without a network too
  const policy = (await fetch("/inspections/today", { credentials: "same-origin", cache: "no-store" })).headers.get("content-security-policy");
  await cache.put("/inspections/today", new Response(shell, { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy || "default-src 'self'" } }));
  const shown = new Set(wanted.map((u) => new URL(u, location.href).href));
  for (const r of await cache.keys()) if (!r.url.endsWith("/inspections/today") && !shown.has(r.url)) await cache.delete(r);
  return true;
}

export async function register(root) {
  if (!navigator.serviceWorker || !root.dataset.worker) return;
  await navigator.serviceWorker.register(root.dataset.worker, { scope: "/inspections/today" });
}

/** Asks the browser not to throw the records away when the disk is full. */
export async function persist() {
  if (!navigator.storage?.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}
