// A deadline in its last 48 hours counts down; before that the server's words stand.
const HOUR = 3600e3;
const two = (n) => String(n).padStart(2, "0");

/** Milliseconds as H:MM:SS, never negative. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function mount(el) {
  const due = Date.parse(el.dateTime || el.getAttribute("datetime"));
  const step = () => {
    const left = due - Date.now();
    if (Number.isNaN(due) || left <= 0) return;
    if (left < 48 * HOUR) el.textContent = span(left);
    setTimeout(step, left < 48 * HOUR ? 1000 : Math.min(left - 47.9 * HOUR, HOUR));
  };
  step();
}

/** The clock in the head of the big screen. */
export function mountNow(el) {
  const lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  const day = new Intl.DateTimeFormat(lang, { month: "long", day: "numeric", weekday: "long" });
  const step = () => {
    const now = new Date();
    el.dateTime = now.toISOString();
    el.textContent = `${day.format(now)}  ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    setTimeout(step, 1000 - now.getMilliseconds());
  };
  step();
}
