// What the tablet keeps: a database of its own for each account, so nobody sees or sends another's records.
const STORES = { meta: "name", businesses: "id", records: "key", photos: "id" };
export const OWNER = "shian-tablet-owner"; // in localStorage: {id, name} of who works with this device

const done = (request) => new Promise((good, bad) => {
  request.onsuccess = () => good(request.result);
  request.onerror = () => bad(request.error);
});

export function owner() {
  try { return JSON.parse(localStorage.getItem(OWNER)); } catch { return null; }
}

export const nameOf = (id) => `shian-tablet-${id}`;

export async function open(id) {
  const request = indexedDB.open(nameOf(id), 1);
  request.onupgradeneeded = () => {
    for (const [name, key] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath: key });
  };
  const db = await done(request);
  db.onversionchange = () => db.close(); // another tab signs out
  return new Store(db);
}

export class Store {
  constructor(db) { this.db = db; }

  // A change is on the disk before this returns: what was tapped survives the tab.
  async change(names, work) {
    const t = this.db.transaction(names, "readwrite", { durability: "strict" });
    const end = new Promise((good, bad) => { t.oncomplete = good; t.onabort = t.onerror = () => bad(t.error); });
    work((name) => t.objectStore(name));
    await end;
  }

  get(name, key) { return done(this.db.transaction(name).objectStore(name).get(key)); }

  all(name) { return done(this.db.transaction(name).objectStore(name).getAll()); }

  put(name, value) { return this.change([name], (s) => s(name).put(value)); }

  remove(name, key) { return this.change([name], (s) => s(name).delete(key)); }

  /** Removes a record with its photos. */
  async discard(key) {
    const photos = (await this.all("photos")).filter((p) => p.record === key);
    await this.change(["records", "photos"], (s) => {
      s("records").delete(key);
      for (const p of photos) s("photos").delete(p.id);
    });
  }
}

/** How many records of this account are not at the centre yet. */
export async function waiting(id) {
  if (!window.indexedDB) return 0;
  if (indexedDB.databases && !(await indexedDB.databases()).some((d) => d.name === nameOf(id))) return 0;
  const store = await open(id);
  const n = (await store.all("records")).filter((r) => r.state !== "sent").length;
  store.db.close();
  return n;
}

export async function wipe(id) {
  await done(indexedDB.deleteDatabase(nameOf(id))).catch(() => {});
  localStorage.removeItem(OWNER);
  if (window.caches) await caches.delete("shian-tablet");
  for (const r of (await navigator.serviceWorker?.getRegistrations()) || [])
    if (r.scope.endsWith("/inspections/today")) await r.unregister();
}
