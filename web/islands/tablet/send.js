// The queue: records go to the centre one after another, from one tab at a time. The key was made here, so one that
// was taken although its answer got lost is answered again and kept once.
const WAIT = 20_000;

async function ask(path, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT * (options.body ? 6 : 1));
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", signal: stop.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

/** The page as it is now: the token for posts, or null when one has to sign in. */
export async function shell() {
  const r = await ask("/inspections/today", { headers: { accept: "text/html" } });
  if (r.status === 401 || r.status === 403 || (r.redirected && !new URL(r.url).pathname.startsWith("/inspections/today"))) return null;
  if (!r.ok) throw new Error(`the centre answered ${r.status}`);
  const text = await r.text();
  const csrf = text.match(/data-csrf="([0-9a-f]*)"/)?.[1];
  return csrf ? { csrf, text } : null;
}

export async function json(path, options = {}) {
  const r = await ask(path, { ...options, headers: { accept: "application/json", ...options.headers } });
  let body = {};
  try { body = await r.json(); } catch { /* no words with it */ }
  return { status: r.status, body };
}

async function parcel(store, record) {
  const form = new FormData();
  form.append("record", record.text);
  form.append("accept", (record.accept || []).join(","));
  form.append("device_now", String(Date.now()));
  for (const [name, data] of Object.entries(record.signs)) if (data) form.append(name, data);
  for (const p of JSON.parse(record.text).photos) {
    const kept = await store.get("photos", p.id);
    if (kept) form.append(p.field, new File([kept.bytes], `${p.field}.jpg`, { type: "image/jpeg" }));
  }
  return form;
}

/** Sends one; answers its new state, or throws when the centre cannot be reached. */
async function sendOne(store, record, csrf) {
  const { status, body } = await json("/inspections/records", { method: "POST", body: await parcel(store, record), headers: { "x-csrf": csrf } });
  if (status === 200 && body.key === record.key) return { state: "sent", inspection: body.inspection, path: body.path };
  if (status === 401) return null;
  if (status === 409 && body.conflicts) return { state: "conflict", conflicts: body.conflicts };
  if (status >= 500 || status === 429 || status === 408) throw new Error(`the centre answered ${status}`);
  const words = [body.error, ...(body.errors || []).map((e) => e.text)].filter((w, i, a) => w && a.indexOf(w) === i);
  return { state: "refused", words: words.join(" ") || String(status) };
}

async function keepAnswer(store, record, answer) {
  const now = await store.get("records", record.key);
  if (!now || now.state === "sent") return; // another tab was quicker
  Object.assign(now, { conflicts: null, words: "" }, answer);
  const photos = answer.state === "sent" ? (await store.all("photos")).filter((p) => p.record === record.key) : [];
  if (answer.state === "sent") Object.assign(now, { text: "", signs: {}, draft: null, sent_at: Date.now() });
  await store.change(["records", "photos"], (s) => {
    s("records").put(now);
    for (const p of photos) s("photos").delete(p.id);
  });
}

/** All that waits. Answers "ok", "signin", "other" (another account is signed in) or "away". */
export async function sendAll(store, me) {
  const queue = async () => (await store.all("records")).filter((r) => r.state === "queued");
  if (!(await queue()).length) return "ok";
  try {
    const page = await shell();
    if (!page) return "signin";
    const { body } = await json("/inspections/today");
    if (body.me?.id !== me.id) return "other";
    for (const record of await queue()) {
      const answer = await sendOne(store, record, page.csrf);
      if (!answer) return "signin";
      await keepAnswer(store, record, answer);
    }
    return "ok";
  } catch {
    return "away";
  }
}

/** One tab sends; the others wait for what it tells. */
export async function sendAlone(store, me) {
  if (!navigator.locks) return sendAll(store, me);
  return navigator.locks.request(`shian-tablet-send-${me.id}`, { ifAvailable: true }, (lock) => (lock ? sendAll(store, me) : "ok"));
}
