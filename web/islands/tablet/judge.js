// The result as the centre will judge it (src/domains/inspections/rules.c), so that it can be said without a network.
const judged = (v) => v === "ok" || v === "fail";

/** answers: {no: {v}}; failed: numbers that failed last time; all: does this kind ask for every item. */
export function judge(table, answers, { failed, all }) {
  const o = { keyChecked: 0, keyFailed: 0, generalChecked: 0, generalFailed: 0 };
  const v = (i) => answers[i.no]?.v;
  for (const i of table.items) {
    if (v(i)) continue;
    if (failed.includes(i.no)) return { problem: "This item failed last time and must be checked now.", item: i.no };
    if (all) return { problem: "This kind of inspection checks every item.", item: i.no };
  }
  for (const i of table.items) {
    o[i.key ? "keyChecked" : "generalChecked"] += judged(v(i)) ? 1 : 0;
    o[i.key ? "keyFailed" : "generalFailed"] += v(i) === "fail" ? 1 : 0;
  }
  if (!o.generalChecked) return { problem: "No general item was judged, so there is no share of passed ones." };
  if (o.keyChecked < table.min_key) return { problem: "Too few key items were judged." };
  if (o.generalChecked < table.min_general) return { problem: "Too few general items were judged." };
  const passed = o.generalChecked - o.generalFailed;
  if (!o.keyFailed && !o.generalFailed) o.result = "CONFORM";
  else o.result = o.keyFailed <= 1 && passed * 10 >= o.generalChecked * 7 ? "BASIC_CONFORM" : "NOT_CONFORM";
  return o;
}
