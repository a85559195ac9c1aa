// The lines on the screen: each once, in order, edited in place, with the days between them.

import { fill } from "./links.js";
import { keys, make, button, pin, recording } from "./parts.js";

const NEAR = 90; // Pixels from the end that still count as being there.
const TAP_MS = 15000; // A tapped row wakes up again when nothing was answered for so long.

export class Log {
  constructor(frame, chip, page, texts, language, on) {
    Object.assign(this, { frame, chip, page, texts, on }); // on: tap(to, data), place(button), command(text), told(text)
    this.last = 0;
    this.shown = new Map(); // id of a line or of its edit -> its bubble
    this.waiting = new Map(); // the page's own id -> a bubble that the service has not confirmed
    this.tapped = new Set(); // rows of buttons that wait for an answer
    this.day = "";
    this.live = false;
    this.atEnd = true;
    this.clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.calendar = new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric" });
    frame.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(frame);
    chip.onclick = () => this.toEnd();
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.frame;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this.chip.hidden = true;
  }

  toEnd() {
    this.frame.scrollTop = this.frame.scrollHeight;
    this.atEnd = true;
    this.chip.hidden = true;
  }

  // The past has been read; from now on lines are announced.
  ready() {
    if (this.live) return;
    this.live = true;
    this.frame.setAttribute("aria-live", "polite");
    this.toEnd();
  }

  // The service was restored, or lines were erased: it tells from the start what there is. What waits for it stays.
  forget() {
    const waiting = new Set(this.waiting.values());
    this.frame.querySelectorAll(".bubble, .day").forEach((each) => waiting.has(each) || each.remove());
    this.shown.clear();
    this.tapped.clear();
    Object.assign(this, { last: 0, day: "", live: false });
    this.frame.setAttribute("aria-live", "off");
  }

  // One line of the service, either side's. Returns whether it was new.
  add(line) {
    if (line.id <= this.last) return false;
    this.last = line.id;
    if (line.from !== "me") this.wakeTapped();
    if (line.tap) this.markTap(line.tap);
    else if (line.replaces && this.shown.has(line.replaces)) this.change(line);
    else if (this.waiting.has(line.said)) this.adopt(line);
    else this.append(line);
    return true;
  }

  append(line) {
    const at = new Date(line.at);
    const bubble = this.bubble(line, at);
    const before = this.waiting.values().next().value ?? null;
    this.separate(at, before);
    this.frame.insertBefore(bubble, before);
    this.shown.set(line.id, bubble);
    if (this.live) bubble.classList.add("new");
    this.follow(line);
  }

  change(line) {
    const old = this.shown.get(line.replaces);
    const bubble = this.bubble(line, new Date(old.dataset.at));
    old.replaceWith(bubble);
    for (const [id, shown] of this.shown) if (shown === old) this.shown.set(id, bubble);
    this.shown.set(line.id, bubble);
    if (this.live) bubble.classList.add("changed");
    this.follow(line);
  }

  adopt(line) {
    const bubble = this.waiting.get(line.said);
    this.waiting.delete(line.said);
    this.frame.insertBefore(bubble, this.waiting.values().next().value ?? null);
    const anchor = bubble.querySelector("a.media");
    if (anchor && line.media[0]) anchor.href = line.media[0].url;
    bubble.id = `line-${line.id}`;
    this.foot(bubble, new Date(line.at));
    this.shown.set(line.id, bubble);
  }

  // What the person just said, before the service has it.
  promise(entry, url) {
    if (entry.kind === "tap") return;
    const point = entry.kind === "place" ? { lat: entry.lat, lon: entry.lon, title: "" } : null;
    const media = url ? [{ kind: entry.kind, url }] : [];
    const at = new Date(entry.at);
    const bubble = this.bubble({ id: `own-${entry.id}`, from: "me", text: entry.text ?? "", media, pin: point, buttons: [] }, at);
    this.foot(bubble, at, this.texts.sending);
    this.separate(at, null);
    this.frame.append(bubble);
    this.waiting.set(entry.id, bubble);
    this.toEnd();
  }

  sent(id) {
    const bubble = this.waiting.get(id);
    if (bubble) this.foot(bubble, new Date(bubble.dataset.at));
  }

  failed(entry, sentence) {
    this.wakeTapped(entry.data);
    const bubble = this.waiting.get(entry.id);
    if (!bubble) return;
    this.waiting.delete(entry.id);
    const foot = this.foot(bubble, new Date(entry.at));
    foot.prepend(make("span", "failed", sentence || this.texts.failed));
    foot.append(button(this.texts.remove, () => bubble.remove()));
  }

  follow(line) {
    if (!this.live) return;
    if (this.atEnd) this.toEnd();
    else if (line.from !== "me") this.chip.hidden = false;
    const touched = navigator.userActivation?.hasBeenActive;
    if (line.alert && touched && navigator.vibrate) navigator.vibrate([300, 150, 300, 150, 300]);
  }

  separate(at, before) {
    const day = at.toDateString();
    if (day === this.day) return;
    this.day = day;
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    const known = { [yesterday.toDateString()]: this.texts.yesterday, [today.toDateString()]: this.texts.today };
    this.frame.insertBefore(make("div", "day", known[day] ?? this.calendar.format(at)), before);
  }

  bubble(line, at) {
    const mine = line.from === "me";
    const bubble = make("article", `bubble ${mine ? "me" : "bot"}`);
    bubble.id = `line-${line.id}`;
    bubble.dataset.at = at.toISOString();
    bubble.setAttribute("aria-label", mine ? this.texts.me : this.texts.service);
    if (line.alert) bubble.append(make("strong", "flag", this.texts.alert));
    bubble.classList.toggle("alert", Boolean(line.alert));
    for (const each of line.media) bubble.append(recording(each, this.texts));
    if (line.text) {
      const words = make("div", "words");
      fill(words, line.text, { alert: line.alert, numbers: this.page.numbers, onCommand: mine ? null : this.on.command });
      bubble.append(words);
    }
    if (line.pin) bubble.append(pin(line.pin, this.texts, this.on.told, mine));
    if (line.buttons.length) bubble.append(keys(line.buttons, (data, key) => this.tap(line, data, key)));
    if (line.ask_place) {
      const ask = button(this.texts.send_place, () => this.on.place(ask));
      bubble.append(make("div", "keys", make("div", "", ask)));
    }
    bubble.classList.toggle("wide", Boolean(line.buttons.length || (line.pin && !mine) || line.ask_place));
    this.foot(bubble, at);
    return bubble;
  }

  foot(bubble, at, state = "") {
    bubble.querySelector(".foot")?.remove();
    const time = make("time", "", this.clock.format(at));
    time.dateTime = at.toISOString();
    const foot = make("div", "foot", ...(state ? [make("span", "", state)] : []), time);
    bubble.append(foot);
    return foot;
  }

  tap(line, data, key) {
    const row = key.closest(".keys");
    row.querySelectorAll("button").forEach((each) => { each.disabled = true; each.classList.remove("chosen"); });
    key.classList.add("chosen");
    key.setAttribute("aria-label", `${key.textContent} ${this.texts.chosen}`);
    this.tapped.add(row);
    this.on.tap(line.id, data);
  }

  // The service has the tap; the row stays quiet until it is answered.
  tapSent() {
    const rows = [...this.tapped];
    setTimeout(() => rows.forEach((row) => this.wake(row)), TAP_MS);
  }

  markTap({ to, data }) {
    const bubble = this.shown.get(to);
    bubble?.querySelectorAll(".keys button").forEach((key) => key.classList.toggle("chosen", key.dataset.data === data));
  }

  wakeTapped(refused) {
    for (const row of this.tapped) {
      this.wake(row);
      if (refused) row.querySelectorAll(".chosen").forEach((key) => key.classList.remove("chosen"));
    }
  }

  wake(row) {
    this.tapped.delete(row);
    row.querySelectorAll("button").forEach((each) => { each.disabled = false; });
  }
}
