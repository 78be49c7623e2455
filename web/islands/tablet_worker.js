// Serves the tablet's page and its files when there is no network. It keeps nothing by itself: the page puts its own
// shell (without a person in it) and static files into the cache, and what a person records is in IndexedDB.
const CACHE = "shian-tablet";
const SHELL = "/inspections/today";
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async (request) => (await caches.open(CACHE)).match(request, { ignoreVary: true, ignoreSearch: true });

async function page(request) {
  const late = new Promise((_, bad) => setTimeout(() => bad(new Error("late")), PATIENCE));
  const coming = fetch(request);
  try {
    const answer = await Promise.race([coming, late]);
    if (answer.status < 500) return answer;
  } catch { /* no network, or one that does not answer */ }
  return (await kept(SHELL)) || coming;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === SHELL) event.respondWith(page(event.request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(kept(event.request).then((r) => r || fetch(event.request)));
});
