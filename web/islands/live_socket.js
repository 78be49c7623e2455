// Live fragments over a WebSocket into a media source. A text says what comes (codec, size, wall clock of time zero), then
// the head, then fragments from the last keyframe on. The picture is kept close to the newest fragment.
const LAG_S = 0.9; // behind the newest fragment: one and a half of them, and some jitter
const LAG_MOST_S = 2.5; // where the network makes it wait, it lies further back
const FAR_S = 4; // beyond that it jumps
const KEEP_S = 12; // of what was shown
const QUEUE_MOST = 120; // fragments waiting for the decoder: a page that slept

const Source = () => window.ManagedMediaSource || window.MediaSource;
export const supported = () => Boolean(Source() && window.WebSocket);
export const canPlay = (codec) => supported() && Source().isTypeSupported(`video/mp4; codecs="${codec}"`);

export class LiveSocket {
  /** on: {first(ms), info(info), unsupported(info), ended(had)}; each may come once, info with every run */
  constructor(video, address, on) {
    this.video = video;
    this.on = on;
    this.began = performance.now();
    this.had = false;
    this.queue = [];
    this.lag = LAG_S;
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = (e) => (typeof e.data === "string" ? this.run(JSON.parse(e.data)) : this.take(e.data));
    this.socket.onclose = () => this.close(true);
    this.waits = () => { if (this.had && this.lag < LAG_MOST_S) this.lag += 0.3; };
    video.addEventListener("waiting", this.waits);
    this.timer = setInterval(() => this.keepUp(), 250);
  }

  /** A run has times of its own, so it gets a media source of its own. */
  run(info) {
    this.info = info;
    if (!canPlay(info.codec)) {
      this.on.unsupported(info);
      return;
    }
    this.queue = [];
    this.buffer = null;
    this.placed = false;
    const media = new (Source())();
    this.media = media;
    media.addEventListener("sourceopen", () => this.open(media), { once: true });
    if (window.ManagedMediaSource) this.video.disableRemotePlayback = true;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(media);
    this.video.src = this.url;
    this.on.info(info);
  }

  open(media) {
    if (media !== this.media || media.readyState !== "open") return;
    this.buffer = media.addSourceBuffer(`video/mp4; codecs="${this.info.codec}"`);
    this.buffer.addEventListener("updateend", () => this.feed());
    this.buffer.addEventListener("error", () => this.close(true));
    this.feed();
  }

  take(data) {
    this.queue.push(data);
    if (this.queue.length > QUEUE_MOST) this.close(true);
    else this.feed();
  }

  feed() {
    const b = this.buffer;
    if (!b || b.updating || this.media.readyState !== "open") return;
    this.place();
    const old = this.video.currentTime - KEEP_S;
    try {
      if (b.buffered.length && b.buffered.start(0) < old - KEEP_S) b.remove(0, old);
      else if (this.queue.length) b.appendBuffer(this.queue.shift());
    } catch {
      this.close(true);
    }
  }

  /** The first picture: as near to the newest one as the group of pictures allows. */
  place() {
    const { buffered } = this.video;
    if (this.placed || !buffered.length || this.queue.length) return;
    this.placed = true;
    this.video.currentTime = Math.max(buffered.start(0), buffered.end(buffered.length - 1) - this.lag);
    const play = this.video.play();
    if (play) play.catch(() => {});
    if (this.had) return;
    this.had = true;
    const shown = () => this.on.first(Math.round(performance.now() - this.began));
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(shown);
    else this.video.addEventListener("playing", shown, { once: true });
  }

  keepUp() {
    const { video } = this;
    const { buffered } = video;
    if (!this.placed || !buffered.length || video.paused) return;
    const end = buffered.end(buffered.length - 1), start = buffered.start(buffered.length - 1);
    const lag = end - video.currentTime;
    if (lag > FAR_S || video.currentTime < start) video.currentTime = Math.max(start, end - this.lag);
    else if (lag > this.lag + 0.7) video.playbackRate = 1.12;
    else if (lag < this.lag + 0.2) video.playbackRate = 1;
  }

  /** UTC in ms of the picture shown, by this machine's recording. */
  wallClock() {
    return this.info && this.placed ? this.info.at + this.video.currentTime * 1000 : 0;
  }

  close(tell) {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    this.video.removeEventListener("waiting", this.waits);
    this.video.playbackRate = 1;
    this.socket.close();
    if (this.url) URL.revokeObjectURL(this.url);
    if (tell) this.on.ended(this.had);
  }
}
