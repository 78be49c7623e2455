// Plays the pictures of a filmstrip one after another, a second each; without it they are scrolled by hand.
const EACH = 1000;

export function mount(strip) {
  const row = strip.querySelector(".filmstrip-in");
  const button = strip.querySelector(".filmstrip-play");
  const frames = row ? [...row.children] : [];
  if (!button || frames.length < 2) return;
  const play = button.textContent;
  let timer = 0;
  let at = 0;
  const show = (i) => {
    at = i;
    row.scrollLeft = frames[i].offsetLeft - row.offsetLeft;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = play;
  };
  frames.forEach((f) => {
    const image = f.querySelector("img");
    if (image) image.loading = "eager";
  });
  button.hidden = false;
  button.addEventListener("click", () => {
    if (timer) return stop();
    show(at + 1 < frames.length ? at : 0);
    button.textContent = button.dataset.stop;
    timer = setInterval(() => (at + 1 < frames.length ? show(at + 1) : stop()), EACH);
  });
}
