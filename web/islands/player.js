// Live and recorded kitchen video. A live picture comes over a WebSocket where the browser has media sources and knows
// the codec, else over HLS: hls.js, or the phone's own player. A camera in a codec that the browser does not know is shown
// by its second stream; a snapshot camera is a picture that is fetched again and again.
import Hls from "hls.js/light";
import { LiveSocket, supported as socketSupported } from "./live_socket.js";

const WAITS_MS = [1000, 2000, 4000, 8000, 15000];
const OFFLINE_AFTER = 4;
const STALL_MS = 8000;
const OPENING_MS = 5000; // without a fragment for so long, HLS is tried
const IMAGE_EVERY_MS = 2000;

export class Player {
  constructor(box) {
    this.box = box;
    this.video = box.querySelector("video");
    this.image = box.querySelector(".player-image");
    this.time = box.querySelector(".player-time");
    this.main = { src: box.dataset.src, ws: box.dataset.ws };
    this.sub = { src: box.dataset.sub, ws: box.dataset.subWs };
    this.stream = this.main;
    this.fails = 0;
    this.hls = this.socket = null;
    this.timer = 0;
    this.useSocket = true;
    this.seen = { at: 0, time: -1 };
    this.video.addEventListener("playing", () => this.playing());
    this.video.addEventListener("pause", () => !this.timer && !this.hidden && this.say("idle"));
    box.querySelector(".player-start").addEventListener("click", () => this.start());
    const full = box.querySelector(".player-full");
    full.addEventListener("click", () => this.fullScreen());
  }

  say(status) {
    this.box.dataset.status = status;
  }

  start() {
    this.stop();
    this.started = true;
    if (this.fails === 0) this.say("loading");
    if (this.image) this.startImage();
    else if (this.useSocket && this.stream.ws && socketSupported()) this.startSocket();
    else if (Hls.isSupported()) this.startHls();
    else this.startNative();
    this.watch();
  }

  /** Ends what plays; start() begins anew. */
  stop() {
    this.video.onloadedmetadata = null;
    clearTimeout(this.timer);
    clearTimeout(this.opening);
    this.timer = 0;
    if (this.hls) this.hls.destroy();
    if (this.socket) this.socket.close(false);
    this.hls = this.socket = null;
  }

  /** Another recording or camera in the same box; at: UTC in ms where a recording begins to play. */
  show({ src, ws = "", sub = "", subWs = "", at = 0 }) {
    this.at = at;
    this.main = { src, ws };
    this.sub = { src: sub, ws: subWs };
    this.stream = this.main;
    this.fails = 0;
    this.useSocket = true;
    this.live = undefined;
    this.start();
  }

  startSocket() {
    this.box.dataset.by = "socket";
    this.kind(true);
    this.opening = setTimeout(() => this.socket && !this.socket.had && this.socket.close(true), OPENING_MS);
    this.socket = new LiveSocket(this.video, this.stream.ws, {
      first: (ms) => { this.box.dataset.first = String(ms); },
      info: () => {},
      unsupported: () => this.otherStream(),
      ended: (had) => {
        this.useSocket = had; // nothing came: the camera is recorded elsewhere, or something between us forbids it
        this.failed("socket");
      },
    });
  }

  /** The browser does not know this codec. */
  otherStream() {
    this.stop();
    if (this.stream === this.main && this.sub.src) {
      this.stream = this.sub;
      this.start();
    } else if (this.video.canPlayType("application/vnd.apple.mpegurl") === "probably") {
      this.startNative();
    } else {
      this.started = false;
      this.say("codec");
    }
  }

  startHls() {
    this.box.dataset.by = "hls";
    this.hls = new Hls({ liveSyncDurationCount: 2, maxBufferLength: 12, backBufferLength: 10, enableDateRangeMetadataCues: false });
    this.hls.on(Hls.Events.LEVEL_LOADED, (_, data) => {
      this.kind(data.details.live);
      this.startAt(data.details.fragments[0]?.programDateTime);
    });
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.play());
    this.hls.on(Hls.Events.ERROR, (_, data) => data.fatal && this.failed(data.type, data.details));
    this.hls.loadSource(this.stream.src);
    this.hls.attachMedia(this.video);
  }

  /** A recording begins with a whole file, up to a minute before what was asked for. */
  startAt(first) {
    if (!this.at || !first || this.live !== false) return;
    const from = Math.max(0, (this.at - first) / 1000);
    this.at = 0;
    const seek = () => { this.video.currentTime = from; };
    if (this.video.readyState >= 1) seek();
    else this.video.onloadedmetadata = seek;
  }

  startNative() {
    this.box.dataset.by = "native";
    this.video.onerror = () => this.failed("native");
    this.video.onloadedmetadata = () => {
      this.kind(!Number.isFinite(this.video.duration));
      this.startAt(this.video.getStartDate && this.video.getStartDate().getTime());
    };
    this.video.src = this.stream.src;
    this.play();
  }

  startImage() {
    this.box.dataset.by = "image";
    this.live = true;
    this.image.hidden = false;
    this.video.hidden = true;
    this.image.onload = () => {
      this.playing();
      this.timer = setTimeout(() => this.nextImage(), IMAGE_EVERY_MS);
    };
    this.image.onerror = () => this.failed("image");
    this.nextImage();
  }

  nextImage() {
    this.timer = 0;
    this.image.src = `${this.box.dataset.image}?${Date.now()}`;
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
    clearTimeout(this.opening);
    this.fails = 0;
    this.say(this.live === false ? "recorded" : "live");
  }

  failed(type, details) {
    if (details === "manifestIncompatibleCodecsError" || details === "bufferAddCodecError") {
      this.otherStream();
      return;
    }
    if (type === Hls.ErrorTypes.MEDIA_ERROR && this.hls && this.fails === 0) {
      this.fails = 1;
      this.hls.recoverMediaError();
      return;
    }
    if (this.timer) return;
    this.fails += 1;
    if (type !== "socket") this.useSocket = true;
    this.say(this.fails >= OFFLINE_AFTER ? "offline" : "reconnecting");
    const wait = WAITS_MS[Math.min(this.fails - 1, WAITS_MS.length - 1)];
    this.timer = setTimeout(() => this.start(), type === "socket" && !this.useSocket ? 0 : wait);
  }

  /** UTC in ms of the picture shown; 0: not known. */
  wallClock() {
    if (this.socket) return this.socket.wallClock();
    const date = this.hls && this.hls.playingDate;
    return date ? date.getTime() : 0;
  }

  tell() {
    const at = this.wallClock();
    if (this.time) this.time.textContent = at ? new Date(at + 8 * 3600e3).toISOString().slice(11, 19) : "";
    if (at && this.onTime) this.onTime(at);
  }

  /** A live picture that stands still is a lost connection even when nothing reports an error. */
  watch() {
    if (this.watching) return;
    this.watching = setInterval(() => {
      const now = Date.now();
      this.tell();
      if (this.image || !this.started || document.hidden || this.live === false || this.video.currentTime !== this.seen.time ||
          (this.video.paused && !this.socket)) {
        this.seen = { at: now, time: this.video.currentTime };
      } else if (now - this.seen.at > STALL_MS && !this.timer) {
        this.seen.at = now;
        this.stop();
        this.failed("stall");
      }
    }, 1000);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.box.requestFullscreen) this.box.requestFullscreen();
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen();
  }

  /** A page in the background needs no picture. */
  sleep(hidden) {
    this.hidden = hidden && this.live !== false;
    if (!this.started || this.live === false) return;
    if (hidden) this.stop();
    else this.start();
  }
}

const players = new WeakMap();
export const playerOf = (box) => players.get(box);

export function mount(box) {
  const player = new Player(box);
  players.set(box, player);
  document.addEventListener("visibilitychange", () => player.sleep(document.hidden));
  if (!box.dataset.auto) return;
  const eye = new IntersectionObserver((entries) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    eye.disconnect();
    player.start();
  });
  eye.observe(box);
}
