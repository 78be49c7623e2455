// A case: where it stands, its facts, its evidence, its history.
// The still is a drawing, so that the gallery needs no photograph.
const picture =
  "data:image/svg+xml," +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#23383a"/><path d="M0 250h640v110H0z" fill="#31494a"/><path d="M40 180h230v90H40zM330 170h270v100H330z" fill="#4b6666"/><path d="M30 172h250v14H30zM320 162h290v14H320z" fill="#7b9694"/><circle cx="420" cy="92" r="26" fill="#c9a98c"/><path d="M378 162c0-30 18-44 42-44s42 14 42 44z" fill="#e8ecea"/><circle cx="150" cy="86" r="26" fill="#b8977a"/><path d="M124 78c0-22 12-34 26-34s26 12 26 34z" fill="#f4f6f4"/><path d="M108 172c0-36 18-54 42-54s42 18 42 54z" fill="#e8ecea"/></svg>`,
  );

const points = JSON.stringify({
  points: [
    { id: 1, lat: 31112000, lon: 121381000, label: "A", tone: "green", state: "", detail: "", href: "" },
    { id: 2, lat: 31134000, lon: 121402000, label: "B", tone: "yellow", state: "", detail: "", href: "" },
    { id: 3, lat: 31098000, lon: 121423000, label: "C", tone: "red", state: "", detail: "", href: "" },
    { id: 4, lat: 31121000, lon: 121441000, label: "D", tone: "neutral", state: "", detail: "", href: "" },
  ],
});

export const caseParts = [
  {
    id: "case",
    title: "A case",
    show: [
      ["partials/steps", {
        steps: [
          { label: "{{_ Lead}}", at: "04-02", done: true, current: false },
          { label: "{{_ Filed}}", at: "04-05", done: true, current: false },
          { label: "{{_ Evidence}}", at: "04-08", done: true, current: false },
          { label: "{{_ Notice}}", at: "04-12", done: false, current: true },
          { label: "{{_ Decision}}", at: "", done: false, current: false },
          { label: "{{_ Closed}}", at: "", done: false, current: false },
        ],
      }],
      [`<section class="card"><div class="card-head"><h3>{{_ Facts of the case}}</h3></div>{{> partials/summary}}</section>`, {
        rows: [
          { label: "{{_ Party}}", value: "{{_ North Gate Grill}}", href: "#case", action: "" },
          { label: "{{_ Cause}}", value: "{{_ Staff without caps in the cooking area}}", href: "", action: "" },
          { label: "{{_ Clause}}", value: "{{_ Food Safety Law, Art. 33 and 126}}", href: "", action: "" },
          { label: "{{_ Address for documents}}", value: "138 0000 0000", href: "#case", action: "{{_ Change}}" },
        ],
      }],
      [`<section class="card"><div class="card-body">{{> partials/timeline}}</div></section>`, {
        timeline: [
          { at: "04-12 16:40", title: "{{_ Notice served}}", detail: "{{_ Opened on the phone two minutes later}}", href: "#case", tone: "green", who: "{{_ Officers Shen and Lu}}" },
          { at: "04-08 10:15", title: "{{_ Evidence confirmed by the party}}", detail: "", href: "", tone: "", who: "{{_ North Gate Grill}}" },
          { at: "04-05 09:00", title: "{{_ Case filed}}", detail: "", href: "", tone: "", who: "{{_ Head of station}}" },
          { at: "04-02 11:32", title: "{{_ Lead from camera 2}}", detail: "{{_ Person without a cap, seen for 48 seconds}}", href: "#case", tone: "yellow", who: "" },
        ],
      }],
    ],
  },
  {
    id: "evidence",
    title: "Evidence and video",
    show: [
      ["partials/evidence", {
        still_url: picture,
        clip_url: "",
        boxes: JSON.stringify([
          { x: 0.578, y: 0.14, w: 0.156, h: 0.31, label: "1", tone: "red" },
          { x: 0.155, y: 0.1, w: 0.16, h: 0.37, label: "2", tone: "green" },
        ]),
        caption: "{{_ Camera 2, hot kitchen, 2 April 2026, 11:32:08}}",
        rows: [
          { label: "SM3", value: "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
          { label: "SHA-256", value: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
          { label: "{{_ Device}}", value: "34020000001320000002" },
        ],
      }],
      ["partials/player", { src: "", ws_src: "", sub_src: "", sub_ws: "", image_src: "", poster: picture, label: "{{_ Hot kitchen}}", auto: "" }],
      ["partials/map", { label: "{{_ Map}}", src: "", every: "0", json: points, keys: [{ tone: "green", label: "{{_ In order}}" }, { tone: "yellow", label: "{{_ Needs a look}}" }, { tone: "red", label: "{{_ Alarm}}" }, { tone: "neutral", label: "{{_ Not heard of}}" }] }],
    ],
  },
];
