// Live and recorded kitchen video over HLS: hls.js where the browser has media sources, else the phone's own player.
import Hls from "hls.js/light";

const WAITS_MS = [1000, 2000, 4000, 8000, 15000];
const OFFLINE_AFTER = 4;
const STALL_MS = 8000;

class Player {
  constructor(box) {
    this.box = box;
    this.video = box.querySelector("video");
    this.src = box.dataset.src;
    this.fails = 0;
    this.hls = null;
    this.timer = 0;
    this.seen = { at: 0, time: -1 };
    this.video.addEventListener("playing", () => this.playing());
    this.video.addEventListener("pause", () => !this.timer && this.say("idle"));
    box.querySelector(".player-start").addEventListener("click", () => this.start());
    const full = box.querySelector(".player-full");
    full.addEventListener("click", () => this.fullScreen());
  }

  say(status) {
    this.box.dataset.status = status;
  }

  start() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.fails === 0) this.say("loading");
    if (Hls.isSupported()) this.startHls();
    else this.startNative();
    this.watch();
  }

  startHls() {
    if (this.hls) this.hls.destroy();
    this.hls = new Hls({ liveSyncDurationCount: 2, maxBufferLength: 12, backBufferLength: 10 });
    this.hls.on(Hls.Events.LEVEL_LOADED, (_, data) => this.kind(data.details.live));
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.play());
    this.hls.on(Hls.Events.ERROR, (_, data) => data.fatal && this.failed(data.type));
    this.hls.loadSource(this.src);
    this.hls.attachMedia(this.video);
  }

  startNative() {
    this.video.onerror = () => this.failed("native");
    this.video.onloadedmetadata = () => this.kind(!Number.isFinite(this.video.duration));
    this.video.src = this.src;
    this.play();
  }

  play() {
    const promise = this.video.play();
    if (promise) promise.catch(() => this.say("idle"));
  }

  kind(live) {
    this.live = live;
    this.video.controls = !live;
  }

  playing() {
    this.fails = 0;
    this.say(this.live === false ? "recorded" : "live");
  }

  failed(type) {
    if (type === Hls.ErrorTypes.MEDIA_ERROR && this.hls && this.fails === 0) {
      this.fails = 1;
      this.hls.recoverMediaError();
      return;
    }
    if (this.timer) return;
    this.fails += 1;
    this.say(this.fails >= OFFLINE_AFTER ? "offline" : "reconnecting");
    const wait = WAITS_MS[Math.min(this.fails - 1, WAITS_MS.length - 1)];
    this.timer = setTimeout(() => this.start(), wait);
  }

  /** A live picture that stands still is a lost connection even when nothing reports an error. */
  watch() {
    if (this.watching) return;
    this.watching = setInterval(() => {
      const now = Date.now();
      if (this.video.paused || document.hidden || this.live === false || this.video.currentTime !== this.seen.time) {
        this.seen = { at: now, time: this.video.currentTime };
      } else if (now - this.seen.at > STALL_MS && !this.timer) {
        this.seen.at = now;
        this.failed("stall");
      }
    }, 2000);
  }

  fullScreen() {
    if (this.box.requestFullscreen) this.box.requestFullscreen();
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen();
  }

  sleep(hidden) {
    if (!this.hls) return;
    if (hidden) this.hls.stopLoad();
    else this.hls.startLoad(-1);
  }
}

export function mount(box) {
  const player = new Player(box);
  document.addEventListener("visibilitychange", () => player.sleep(document.hidden));
  if (!box.dataset.auto) return;
  const eye = new IntersectionObserver((entries) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    eye.disconnect();
    player.start();
  });
  eye.observe(box);
}
