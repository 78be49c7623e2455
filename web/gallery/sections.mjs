// What the gallery shows: [partial or markup, sample]. Fixed words stand as {{_ English}}.
import { caseParts } from "./case.mjs";
import { formParts } from "./forms.mjs";
import { wallParts } from "./wall.mjs";

const icon = (name) => `<svg class="icon" aria-hidden="true"><use href="{{asset.icons}}#${name}"></use></svg>`;
const tag = (tone, label) => ["partials/tag", { tone, label }];

const words = {
  id: "words",
  title: "Words and buttons",
  show: [
    [`<div class="stack"><h1>{{_ What your canteen cooks today}}</h1>
<p class="intro">{{_ A short sentence says what the page is for.}}</p>
<p>{{_ Body text is large, has room between its lines and links that look like links.}} <a href="#words">{{_ Read more}}</a></p>
<p class="inset">{{_ A remark that belongs to the text above.}}</p></div>`],
    [`<div class="btn-row"><button class="btn btn-primary" type="button">{{_ Continue}}</button>
<button class="btn" type="button">{{_ Save for later}}</button><button class="btn btn-danger" type="button">{{_ Withdraw}}</button>
<button class="btn btn-quiet" type="button">{{_ Cancel}}</button><button class="btn" type="button" disabled>{{_ Not yet}}</button>
<button class="btn btn-small" type="button">${icon("download")}{{_ Download CSV}}</button></div>`],
    [`<nav class="crumbs" aria-label="{{_ Breadcrumb}}"><ol><li><a href="#words">{{_ Cases}}</a></li><li aria-current="page">2026-0143</li></ol></nav>
<p><a class="back" href="#words">{{_ Back}}</a></p>
<nav class="tabs" aria-label="{{_ Views}}"><a href="#words" aria-current="page">{{_ To review}} <span class="badge">7</span></a><a href="#words">{{_ Confirmed}}</a><a href="#words">{{_ Rejected}}</a></nav>`],
  ],
};

const colours = {
  id: "colours",
  title: "The three colours",
  show: [
    ["partials/tricode", { colour: "green", letter: "A", label: "{{_ Good}}", name: "{{_ Old Street Noodle House}}", since: "{{_ Since 12 March 2026}}" }],
    ["partials/tricode", { colour: "yellow", letter: "B", label: "{{_ Fair}}", name: "{{_ Riverside Kitchen}}", since: "{{_ Since 12 March 2026}}" }],
    ["partials/tricode", { colour: "red", letter: "C", label: "{{_ Poor}}", name: "{{_ North Gate Grill}}", since: "{{_ Since 12 March 2026}}" }],
    ["partials/tricode", { colour: "none", letter: "", label: "{{_ Not graded yet}}", name: "{{_ New Moon Bakery}}", since: "" }],
    [`<div class="row">{{#list}}{{> partials/tricode_small}} {{/list}}</div>`, {
      list: [
        { colour: "green", letter: "A", label: "{{_ Good}}" },
        { colour: "yellow", letter: "B", label: "{{_ Fair}}" },
        { colour: "red", letter: "C", label: "{{_ Poor}}" },
        { colour: "none", letter: "", label: "{{_ Not graded yet}}" },
      ],
    }],
  ],
};

const states = {
  id: "states",
  title: "States and deadlines",
  show: [
    [`<div class="row">{{#list}}{{> partials/tag}} {{/list}}</div>`, {
      list: [tag("", "{{_ Draft}}"), tag("info", "{{_ In review}}"), tag("green", "{{_ Closed}}"), tag("yellow", "{{_ Due soon}}"), tag("red", "{{_ Overdue}}")].map((t) => t[1]),
    }],
    [`<div class="cols-3">{{#list}}{{> partials/clock}}{{/list}}</div>`, {
      list: [
        { label: "{{_ Defence}}", left: "{{_ 5 working days left}}", due: "2026-04-20", tone: "green", clause: "{{_ Art. 44}}", due_iso: "" },
        { label: "{{_ Correction}}", left: "{{_ Tomorrow}}", due: "2026-04-14", tone: "yellow", clause: "", due_iso: "" },
        { label: "{{_ Decision}}", left: "{{_ 2 days overdue}}", due: "2026-04-11", tone: "red", clause: "{{_ Art. 60}}", due_iso: "" },
      ],
    }],
    [`<div class="notice" role="status">${icon("tag-green")}<p>{{_ Your answer was sent.}}</p></div>`],
    [`<div class="stack">
<div class="alert alert-info">${icon("tag-info")}<div><b>{{_ The law changes on 1 June}}</b>{{_ Records keep the rules they were decided under.}}</div></div>
<div class="alert alert-yellow">${icon("tag-yellow")}<div><b>{{_ One camera is offline}}</b>{{_ The kitchen has sent no picture for ten minutes.}}</div></div>
<div class="alert alert-red">${icon("tag-red")}<div><b>{{_ Recall in force}}</b>{{_ Do not use lot L2604-17.}}</div></div></div>`],
    ["partials/tiles", {
      tiles: [
        { label: "{{_ Leads to review}}", value: "7", unit: "", href: "#states", tone: "yellow", note: "{{_ 2 since this morning}}", count: "leads" },
        { label: "{{_ Deadlines today}}", value: "3", unit: "", href: "#states", tone: "red", note: "{{_ 1 overdue}}", count: "" },
        { label: "{{_ Cameras online}}", value: "97.4", unit: "%", href: "", tone: "green", note: "412 / 423", count: "" },
        { label: "{{_ Green businesses}}", value: "3,812", unit: "", href: "", tone: "", note: "{{_ of 4,760}}", count: "" },
      ],
    }],
    [`<div class="cols-3"><progress class="bar" value="40" max="100">40 %</progress><progress class="bar bar-green" value="92" max="100">92 %</progress><progress class="bar bar-red" value="18" max="100">18 %</progress></div>`],
  ],
};

const lists = {
  id: "lists",
  title: "Lists",
  show: [
    [`<form class="filters" method="get" role="search"><div class="filter"><label for="g-q">{{_ Search}}</label><input class="input" id="g-q" name="q" type="search"></div>
<div class="filter"><label for="g-state">{{_ Status}}</label><select class="input" id="g-state" name="state"><option>{{_ All}}</option><option>{{_ To review}}</option></select></div>
<button class="btn btn-small">{{_ Show}}</button><a class="reset" href="#lists">{{_ Clear}}</a></form>`],
    [`<div class="table-wrap"><table class="table"><thead><tr><th scope="col" aria-sort="descending"><a class="sort" href="#lists">{{_ Found}}</a></th><th scope="col"><a class="sort" href="#lists">{{_ Business}}</a></th><th scope="col">{{_ Colour}}</th><th scope="col">{{_ Status}}</th><th scope="col" class="num">{{_ Days left}}</th></tr></thead><tbody>
{{#rows}}<tr><td data-label="{{_ Found}}" class="nowrap">{{at}}</td><td data-label="{{_ Business}}" class="cell-main"><a href="#lists">{{name}}</a></td><td data-label="{{_ Colour}}">{{#code}}{{> partials/tricode_small}}{{/code}}</td><td data-label="{{_ Status}}">{{#state}}{{> partials/tag}}{{/state}}</td><td data-label="{{_ Days left}}" class="num">{{left}}</td></tr>{{/rows}}</tbody></table></div>`, {
      rows: [
        { at: "04-13 09:12", name: "{{_ Riverside Kitchen}}", code: { colour: "yellow", letter: "B", label: "{{_ Fair}}" }, state: { tone: "info", label: "{{_ In review}}" }, left: "4" },
        { at: "04-13 08:47", name: "{{_ Old Street Noodle House}}", code: { colour: "green", letter: "A", label: "{{_ Good}}" }, state: { tone: "yellow", label: "{{_ Due soon}}" }, left: "1" },
        { at: "04-12 21:30", name: "{{_ North Gate Grill}}", code: { colour: "red", letter: "C", label: "{{_ Poor}}" }, state: { tone: "red", label: "{{_ Overdue}}" }, left: "−2" },
      ],
    }],
    ["partials/pagination", { prev: "", next: "#lists", from: "1", to: "50", total: "1,204" }],
    ["partials/tasks", {
      tasks: [
        { label: "{{_ Confirm your address for documents}}", href: "#lists", hint: "{{_ Takes one minute}}", tone: "yellow", status: "{{_ To do}}" },
        { label: "{{_ Answer the notice}}", href: "#lists", hint: "{{_ Until 20 April}}", tone: "info", status: "{{_ Started}}" },
        { label: "{{_ Sign}}", href: "", hint: "", tone: "", status: "{{_ Not yet}}" },
      ],
    }],
    [`<ul class="links"><li><a href="#lists"><span>{{_ Complain about this business}}<small>{{_ Anonymous if you like}}</small></span></a></li><li><a href="#lists">{{_ Book a free rapid test}}</a></li></ul>`],
    [`<ul class="cards"><li>${icon("scan")}<h3><a href="#lists">{{_ Scan a code}}</a></h3><p>{{_ See the colour and the file of any food business.}}</p></li><li>${icon("flask-conical")}<h3><a href="#lists">{{_ Free rapid tests}}</a></h3><p>{{_ Bring your vegetables to a science station.}}</p></li><li>${icon("shield-check")}<h3><a href="#lists">{{_ Verify a document}}</a></h3><p>{{_ Check that a decision or certificate is genuine.}}</p></li></ul>`],
    ["partials/empty", { title: "", text: "{{_ When a camera or a resident reports something, it appears here.}}", href: "", action: "" }],
  ],
};

const charts = {
  id: "charts",
  title: "Charts",
  show: [
    [`<div class="cols-2"><figure data-island="chart" data-kind="bars" data-values="12,18,9,22,31,27,14" data-labels="{{_ Mon}},{{_ Tue}},{{_ Wed}},{{_ Thu}},{{_ Fri}},{{_ Sat}},{{_ Sun}}" data-title="{{_ Leads this week}}"></figure>
<figure data-island="chart" data-kind="line" data-values="72,74,73,78,81,80,84,86" data-labels="9,10,11,12,1,2,3,4" data-title="{{_ Share of green businesses}}"></figure></div>`],
    [`<div class="cols-2"><figure data-island="chart" data-kind="stack" data-values="3812,866,82" data-labels="{{_ Good}},{{_ Fair}},{{_ Poor}}" data-tones="green,yellow,red" data-title="{{_ Colours in the district}}"></figure>
<figure data-island="chart" data-kind="spark" data-values="4,6,3,8,9,7,12,11,15" data-title="{{_ Leads this week}}"></figure></div>`],
    [`<figure data-island="chart" data-kind="donut" data-values="3812,866,82" data-labels="{{_ Good}},{{_ Fair}},{{_ Poor}}" data-tones="green,yellow,red" data-title="{{_ Colours in the district}}"></figure>`],
  ],
};

const pages = {
  id: "pages",
  title: "Whole pages",
  show: [
    [`<div class="panel"><h1>{{_ Your answer was sent.}}</h1><p>{{_ Keep this number}}</p><p class="panel-number">2026-0143-07</p></div>`],
    [`<div class="card"><div class="card-body stack">{{> partials/error_page}}</div></div>`, {
      code: "404", title: "{{_ We have no such page}}", text: "{{_ Check the address, or scan the code again.}}", href: "", action: "",
    }],
  ],
};

export const sections = [words, colours, states, ...formParts, lists, ...caseParts, charts, pages, ...wallParts];
