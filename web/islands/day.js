// The strip of a day: a click, or Enter, plays the recording from there in the player of the page; arrows move by ten
// seconds, with shift by ten minutes. A jump of the picture's clock is a gap, and is said.
import { playerOf } from "./player.js";

const DAY_MS = 86_400_000;
const local = (at) => new Date(at + 8 * 3600e3).toISOString().slice(0, 19);
const text = (at) => new Date(at + 8 * 3600e3).toISOString().slice(11, 19);

class Day {
  constructor(root) {
    this.root = root;
    this.from = Number(root.dataset.from);
    this.to = Number(root.dataset.to);
    this.until = Number(root.dataset.until);
    this.strip = root.querySelector(".day-strip");
    this.line = root.querySelector(".day-head-line");
    this.out = root.querySelector(".day-at");
    this.note = root.querySelector(".day-note");
    this.back = root.querySelector(".day-live");
    this.keep = root.querySelector(".day-keep");
    this.at = this.from;
    this.box = root.closest("main").querySelector(".player");
    this.strip.addEventListener("click", (e) => this.play(this.timeAt(e.clientX)));
    this.strip.addEventListener("pointermove", (e) => this.say(this.timeAt(e.clientX)));
    this.strip.addEventListener("pointerleave", () => this.say(this.playing ? this.at : 0));
    this.strip.addEventListener("keydown", (e) => this.key(e));
    this.back.addEventListener("click", () => this.live());
    for (const a of document.querySelectorAll("a[data-from]")) {
      a.addEventListener("click", (e) => { e.preventDefault(); this.play(Number(a.dataset.from)); });
    }
  }

  timeAt(x) {
    const r = this.strip.getBoundingClientRect();
    return Math.round(this.from + Math.min(1, Math.max(0, (x - r.left) / r.width)) * DAY_MS);
  }

  say(at) {
    this.out.textContent = at ? text(at) : "";
  }

  move(at) {
    this.at = at;
    this.line.hidden = false;
    this.line.style.left = `${((at - this.from) / DAY_MS) * 100}%`;
    this.strip.setAttribute("aria-valuenow", String(at));
    this.strip.setAttribute("aria-valuetext", text(at));
    this.say(at);
    this.keep.href = `${this.root.dataset.path}/clips?from=${local(at)}&to=${local(Math.min(at + 60_000, this.until))}`;
  }

  async play(at) {
    const player = this.box && playerOf(this.box);
    if (!player || at >= this.until) return;
    this.move(at);
    this.playing = true;
    this.back.hidden = false;
    const src = `${this.root.dataset.path}/recording/${at}-${this.to}.m3u8`;
    const answer = await fetch(src, { method: "HEAD" });
    this.note.textContent = answer.ok ? "" : this.root.dataset.gap;
    if (!answer.ok) return;
    player.onTime = (now) => this.follow(now);
    player.show({ src, at });
  }

  follow(now) {
    if (!this.playing) return;
    if (now - this.at > 5000 && now > this.at) this.note.textContent = `${this.root.dataset.gap} ${text(this.at)} – ${text(now)}`;
    this.move(now);
  }

  live() {
    const player = playerOf(this.box);
    const { src, ws, sub, subWs } = this.box.dataset;
    this.playing = false;
    this.back.hidden = this.line.hidden = true;
    this.note.textContent = "";
    this.say(0);
    player.onTime = null;
    player.show({ src, ws, sub, subWs });
  }

  key(e) {
    const step = (e.shiftKey ? 600 : 10) * 1000;
    const moves = { ArrowLeft: -step, ArrowRight: step };
    if (e.key === "Enter") this.play(this.at);
    else if (moves[e.key]) this.move(Math.min(this.to - 1, Math.max(this.from, this.at + moves[e.key])));
    else return;
    e.preventDefault();
  }
}

export function mount(root) {
  root.day = new Day(root);
}
