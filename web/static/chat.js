// The chat page: joins the log, the queue of what is said, and the stream of what is heard.

import { openChat } from "./api.js";
import { Recordings, Shelf, newId } from "./keep.js";
import { Log } from "./log.js";
import { shrink } from "./photo.js";
import { findPlace } from "./place.js";
import { Queue } from "./queue.js";
import { Stream } from "./stream.js";
import { Voice } from "./voice.js";

const BANNER_MS = 3000; // A connection that is back within this time was not worth a word.
const NOTICE_MS = 9000;
const $ = (id) => document.getElementById(id);
const page = JSON.parse(document.body.dataset.page);
const texts = JSON.parse(document.body.dataset.texts);
const language = document.documentElement.lang;
const given = new URLSearchParams(location.hash.slice(1)).get("k"); // A demo phone's key; it is never kept.
const keeps = page.keep && !given;
const shelf = new Shelf(keeps);
const recordings = new Recordings(keeps);
let unread = 0;
let offlineSince = 0;
let noticeClock = 0;

function told(text) {
  clearTimeout(noticeClock);
  $("notice").textContent = text;
  $("notice").hidden = !text;
  if (text) noticeClock = setTimeout(() => told(""), NOTICE_MS);
}

const log = new Log($("log"), $("chip"), page, texts, language, {
  tap: (to, data) => speak({ kind: "tap", to, data }),
  place: (pressed) => sendPlace(pressed),
  command: (text) => { $("words").value = text; fit(); $("words").focus(); },
  told,
});

const queue = new Queue(shelf, recordings, language, {
  sent: (entry) => (entry.kind === "tap" ? log.tapSent() : log.sent(entry.id)),
  refused: (entry, sentence) => { log.failed(entry, sentence); if (entry.kind === "tap") told(sentence || texts.failed); },
  changed: () => banner(),
});

const stream = new Stream({
  line: (line) => {
    if (line.said) queue.drop(line.said);
    if (log.add(line) && log.live && document.hidden && line.from !== "me") count(unread + 1);
  },
  forget: () => log.forget(),
  ready: () => {
    if (!log.live) resume();
    log.ready();
  },
  state: (online) => {
    offlineSince = online ? 0 : offlineSince || Date.now();
    if (online) queue.hurry();
    else setTimeout(banner, BANNER_MS + 50);
    banner();
  },
  refused: () => { if (!given) { shelf.set("key", null); location.reload(); } },
});
stream.after = () => log.last;

function banner() {
  const offline = navigator.onLine === false || (offlineSince && Date.now() - offlineSince > BANNER_MS);
  const waiting = queue.entries.length;
  $("banner").textContent = waiting ? texts.unsent.replace("{count}", waiting) : texts.offline;
  $("banner").hidden = !offline;
  $("state").textContent = offline ? texts.back_soon : offlineSince ? texts.connecting : texts.online;
}

function count(lines) {
  unread = lines;
  document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}

async function speak(entry, blob) {
  const whole = { id: newId(), at: new Date().toISOString(), ...entry };
  log.promise(whole, blob ? URL.createObjectURL(blob) : "");
  await queue.add(whole, blob);
}

// What was said before the page was loaded again and is still on its way.
async function resume() {
  for (const entry of [...queue.entries]) {
    const blob = await recordings.get(entry.id);
    if (log.waiting.has(entry.id) || !queue.entries.includes(entry)) continue; // Shown, or heard of meanwhile.
    log.promise(entry, blob ? URL.createObjectURL(blob) : "");
  }
}

async function sendFile(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const kind = file.type.startsWith("video/") ? "video" : "photo";
  const blob = kind === "photo" ? await shrink(file) : file;
  if (blob.size > page.mediaBytes) {
    told(texts.too_big.replace("{megabytes}", Math.floor(page.mediaBytes / 1048576)));
    return;
  }
  const text = $("words").value.trim();
  $("words").value = "";
  fit();
  await speak({ kind, text }, blob);
}

async function sendPlace(pressed) {
  if (pressed.hasAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  told(texts.finding_place);
  try {
    const place = await findPlace();
    told("");
    await speak({ kind: "place", ...place });
  } catch (fault) {
    told(texts[fault.message] ?? texts.place_unknown);
  } finally {
    pressed.removeAttribute("aria-busy");
  }
}

function fit() {
  const words = $("words");
  words.style.height = "auto";
  words.style.height = `${words.scrollHeight + 3}px`;
}

function sendWords() {
  const text = $("words").value.trim();
  if (!text) { $("words").focus(); return; }
  $("words").value = "";
  fit();
  speak({ kind: "text", text });
}

async function switchLanguage(event) {
  event.preventDefault();
  const { lang } = event.currentTarget.dataset;
  if (language.startsWith(lang)) return;
  await speak({ kind: "text", text: `/lang ${lang}` });
  for (let tries = 0; queue.entries.length && tries < 15; tries += 1) await new Promise((go) => setTimeout(go, 100));
  const to = new URL(location.href);
  to.searchParams.set("lang", lang);
  location.replace(to);
}

function wire() {
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); sendWords(); });
  $("words").addEventListener("input", fit);
  $("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendWords();
  });
  for (const id of ["camera", "album"]) $(id).addEventListener("change", (event) => sendFile(event.target));
  $("place").onclick = () => sendPlace($("place"));
  $("notice").onclick = () => told("");
  document.querySelectorAll(".switch a").forEach((each) => each.addEventListener("click", switchLanguage));
  const parts = { start: $("voice"), bar: $("recorder"), elapsed: $("elapsed"), cancel: $("cancel-voice"), send: $("send-voice"), form: $("composer") };
  new Voice(parts, texts, { recorded: (blob) => speak({ kind: "voice" }, blob), told });
  window.addEventListener("online", () => { stream.hurry(); queue.hurry(); banner(); });
  window.addEventListener("offline", banner);
  window.addEventListener("hashchange", () => location.reload());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { count(0); stream.hurry(); queue.hurry(); } });
}

async function chatKey() {
  for (let wait = 500; ; wait = Math.min(10000, wait * 2)) {
    const key = given ?? shelf.get("key") ?? (await openChat());
    if (key) {
      if (!given) shelf.set("key", key);
      return key;
    }
    offlineSince ||= Date.now();
    banner();
    await new Promise((go) => setTimeout(go, wait));
  }
}

async function begin() {
  wire();
  const key = await chatKey();
  const started = shelf.get("started") ?? [];
  if (page.code && !started.includes(page.code)) {
    shelf.set("started", [...started.slice(-20), page.code]);
    await queue.add({ id: `start-${page.code}`, at: new Date().toISOString(), kind: "text", text: `/start ${page.code}` });
  }
  queue.start(key);
  stream.run(key, language);
}

begin();
