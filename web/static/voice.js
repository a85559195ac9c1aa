// Recording a voice: a tap starts it and two buttons end it; whoever holds the button down sends by letting go.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const HOLD_MS = 700;
const SHORT_MS = 600;
const LONGEST_MS = 180000;

export class Voice {
  constructor(parts, texts, on) {
    Object.assign(this, parts, { texts, on }); // parts: start, bar, elapsed, cancel, send, form; on: recorded(blob), told(text)
    this.recorder = null;
    this.start.addEventListener("pointerdown", () => { this.held = true; this.begin(); });
    this.start.addEventListener("click", (event) => { if (event.detail === 0) this.begin(); });
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => this.released());
    this.cancel.onclick = () => this.end(false);
    this.send.onclick = () => this.end(true);
    this.bar.addEventListener("keydown", (event) => { if (event.key === "Escape") this.end(false); });
  }

  async begin() {
    if (this.recorder || this.asking) return;
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
      this.on.told(this.texts.voice_insecure);
      return;
    }
    this.asking = true;
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      this.record(sound, new MediaRecorder(sound, mimeType ? { mimeType, audioBitsPerSecond: 32000 } : {}));
    } catch {
      this.on.told(this.texts.voice_refused);
    } finally {
      this.asking = false;
    }
  }

  record(sound, recorder) {
    const pieces = [];
    this.recorder = recorder;
    this.wanted = true;
    this.since = Date.now();
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      sound.getTracks().forEach((track) => track.stop());
      const long = Date.now() - this.since >= SHORT_MS;
      this.show(false);
      if (this.wanted && long) this.on.recorded(new Blob(pieces, { type: recorder.mimeType }));
      else if (this.wanted) this.on.told(this.texts.voice_short);
    };
    recorder.start();
    this.show(true);
    this.tick = setInterval(() => this.count(), 250);
    this.count();
  }

  count() {
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    this.elapsed.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds * 1000 >= LONGEST_MS) this.end(true);
  }

  released() {
    const held = this.held;
    this.held = false;
    if (held && this.recorder && Date.now() - this.since > HOLD_MS) this.end(true);
  }

  end(wanted) {
    if (!this.recorder) return;
    this.wanted = wanted;
    clearInterval(this.tick);
    const recorder = this.recorder;
    this.recorder = null;
    recorder.stop();
  }

  show(recording) {
    this.bar.hidden = !recording;
    this.form.hidden = recording;
    (recording ? this.send : this.start).focus();
  }
}
