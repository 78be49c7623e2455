// A piece of the command room's screen.
const promise = (label, num, unit, note, tone = "green") =>
  `<section class="wall-panel w-2 promise is-${tone}"><h2>{{_ ${label}}}</h2><p class="wall-num">${num}<span class="wall-unit">${unit}</span></p><p class="wall-note">{{_ ${note}}}</p></section>`;

export const wallParts = [
  {
    id: "wall",
    title: "The big screen",
    show: [
      [`<div class="wall-demo"><div class="wall-grid">
${promise("Source traceable", "98.2", "%", "lots with a known source")}
${promise("Process controllable", "97.4", "%", "cameras online")}
${promise("Risk preventable", "7", "", "leads to review", "yellow")}
${promise("Responsibility assignable", "41", "", "open cases")}
${promise("Performance measurable", "3", "", "deadlines missed", "red")}
${promise("Public can query", "12,806", "", "scans today")}
<section class="wall-panel w-8"><h2>{{_ Alarms}}</h2><ul class="wall-list">
<li><span class="dot is-red"></span><span>{{_ North Gate Grill}} · {{_ Person without a cap}}</span><time>09:12</time></li>
<li><span class="dot is-yellow"></span><span>{{_ Riverside Kitchen}} · {{_ Camera offline}}</span><time>08:47</time></li>
<li><span class="dot is-green"></span><span>{{_ Old Street Noodle House}} · {{_ Corrected}}</span><time>08:20</time></li></ul></section>
<section class="wall-panel"><h2>{{_ Colours in the district}}</h2><figure data-island="chart" data-kind="donut" data-values="3812,866,82" data-labels="{{_ Good}},{{_ Fair}},{{_ Poor}}" data-tones="green,yellow,red" data-title="{{_ Colours in the district}}"></figure></section>
</div></div>`],
    ],
  },
];
