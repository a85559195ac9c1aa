// What was said and not yet accepted. It is kept until the service has it, and sent again under the same id, so that
// nothing is lost and nothing doubled. Words do not wait behind a large recording: there are two lanes.

import { say } from "./api.js";

const RECORDINGS = new Set(["photo", "voice", "video"]);
const lane = (entry) => (RECORDINGS.has(entry.kind) ? "recordings" : "words");

export class Queue {
  constructor(shelf, recordings, language, on) {
    this.shelf = shelf;
    this.recordings = recordings;
    this.language = language;
    this.on = on; // sent(entry), refused(entry, sentence), changed(count)
    this.entries = shelf.get("queue") ?? [];
    this.busy = new Set();
    this.key = null;
    this.wakers = new Set();
  }

  async add(entry, blob) {
    if (blob) await this.recordings.put(entry.id, blob);
    this.entries.push(entry);
    this.save();
    this.pump();
  }

  // The service has this one: its line came back on the stream, or it said so.
  drop(id) {
    const at = this.entries.findIndex((entry) => entry.id === id);
    if (at < 0) return;
    const [entry] = this.entries.splice(at, 1);
    this.save();
    if (lane(entry) === "recordings") this.recordings.drop(id);
  }

  save() {
    this.shelf.set("queue", this.entries);
    this.on.changed(this.entries.length);
  }

  start(key) {
    this.key = key;
    this.pump();
  }

  // The network may be back: do not wait any longer.
  hurry() {
    this.wakers.forEach((wake) => wake());
    this.pump();
  }

  pump() {
    for (const name of ["words", "recordings"]) {
      if (this.key && !this.busy.has(name)) this.run(name);
    }
  }

  async run(name) {
    this.busy.add(name);
    let failures = 0;
    for (let entry = this.next(name); entry; entry = this.next(name)) {
      const blob = name === "recordings" ? await this.recordings.get(entry.id) : null;
      const lost = name === "recordings" && !blob; // The device threw it away.
      const answer = lost ? { refused: "" } : await say(this.key, this.language, entry, blob);
      if (answer.again) {
        failures += 1;
        await this.pause(answer.wait || Math.min(15, 2 ** failures * 0.5));
        continue;
      }
      failures = 0;
      this.drop(entry.id);
      if (answer.done) this.on.sent(entry);
      else this.on.refused(entry, answer.refused);
    }
    this.busy.delete(name);
  }

  async pause(seconds) {
    let wake;
    await new Promise((resolve) => {
      wake = resolve;
      this.wakers.add(wake);
      setTimeout(wake, seconds * 1000);
    });
    this.wakers.delete(wake);
  }

  next(name) {
    return this.entries.find((entry) => lane(entry) === name);
  }
}
