// The alternative that bench.py measures beside Shian: a usual Node service with the same page and the same small write.
//   node server.mjs PORT DATABASE WORKERS PAGE.html CODE
// GET /p/:code  reads what Shian's page reads (three questions) and fills it into the same HTML
// POST /status  one row, durable (synchronous=FULL) before the answer
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import express from "express";

const [port, file, workers, page, code] = process.argv.slice(2);

if (cluster.isPrimary && Number(workers) > 1) {
  for (let i = 0; i < Number(workers); i++) cluster.fork();
} else {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  const shop = db.prepare(`SELECT o.*, a.name AS area_name, g.letter, g.colour FROM pub_operators o
    JOIN pub_areas a ON a.id = o.area LEFT JOIN pub_grades g ON g.operator = o.id WHERE o.code = ?`);
  const inspections = db.prepare(`SELECT kind, inspected_at, result FROM pub_inspections WHERE operator = ? AND published_at > 0
    AND published_at <= ? ORDER BY inspected_at DESC LIMIT 5`);
  const penalties = db.prepare(`SELECT act_name, penalty, fine_fen, decided_at FROM pub_cases WHERE operator = ? AND publishable = 1
    ORDER BY decided_at DESC LIMIT 5`);
  const put = db.prepare(`INSERT INTO camera_status (camera, state, since, reason, width, height, codec, last_frame, reported_at)
    VALUES (@id, @state, @since, @reason, @width, @height, @codec, @last_frame, @now) ON CONFLICT (camera) DO UPDATE SET
    state = excluded.state, since = excluded.since, reason = excluded.reason, width = excluded.width, height = excluded.height,
    codec = excluded.codec, last_frame = excluded.last_frame, reported_at = excluded.reported_at`);
  const escape = (s) => String(s).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);
  // Shian's page of one business, with holes where that business's own words stand
  const first = shop.get(code);
  const holes = ["name", "address", "licence_no"].filter((k) => first[k]);
  const marked = holes.reduce((html, k) => html.replaceAll(escape(first[k]), `\u0001${k}\u0001`), readFileSync(page, "utf8"));
  const parts = marked.split("\u0001");

  const app = express();
  app.disable("x-powered-by");
  app.get("/p/:code", (rq, rs) => {
    const s = shop.get(rq.params.code);
    if (!s) return rs.status(404).send("not found");
    inspections.all(s.id, Date.now());
    penalties.all(s.id);
    rs.type("html").set("Cache-Control", "public, max-age=60");
    return rs.send(parts.map((p, i) => (i % 2 ? escape(s[p]) : p)).join(""));
  });
  app.post("/status", express.json(), (rq, rs) => {
    const now = Date.now();
    for (const c of rq.body.cameras) put.run({ ...c, id: BigInt(c.id), now });
    rs.json({});
  });
  app.listen(Number(port), "127.0.0.1", 512);
}
