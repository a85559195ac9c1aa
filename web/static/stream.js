// The lines of the chat as they come: server-sent events over fetch, so that the key travels in a header.

const SILENCE_MS = 40000; // The service says something every 15 s; after this long the connection is dead.

export class Stream {
  constructor(on) {
    this.on = on; // line(event), forget(), ready(), state(online), refused()
    this.after = () => 0;
    this.failures = 0;
    this.stop = null;
    this.wake = () => {};
  }

  async run(key, language) {
    for (;;) {
      const well = await this.listen(key, language);
      this.on.state(false);
      this.failures = well ? 0 : this.failures + 1;
      const wait = well ? 300 : Math.min(10000, 400 * 2 ** this.failures) * (0.7 + Math.random() * 0.6);
      await new Promise((resolve) => { this.wake = resolve; setTimeout(resolve, wait); });
    }
  }

  // The network may be back: try at once.
  hurry() {
    this.wake();
  }

  // Returns whether the connection stood.
  async listen(key, language) {
    this.stop = new AbortController();
    let clock = 0;
    const alive = () => {
      clearTimeout(clock);
      clock = setTimeout(() => this.stop.abort(), SILENCE_MS);
    };
    let stood = false;
    try {
      alive();
      const headers = { Authorization: `Bearer ${key}`, "Accept-Language": language };
      const options = { headers, cache: "no-store", credentials: "omit", signal: this.stop.signal };
      const answer = await fetch(`/api/chat/events?after=${this.after()}`, options);
      if (answer.status === 401) this.on.refused();
      if (!answer.ok) return false;
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return stood;
        alive();
        if (!stood) this.on.state(true);
        stood = true;
        const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = blocks.pop();
        blocks.forEach((block) => this.take(block));
      }
    } catch {
      return stood;
    } finally {
      clearTimeout(clock);
    }
  }

  take(block) {
    if (block === ": forget") this.on.forget();
    if (block === ": ready") this.on.ready();
    const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
    if (data.length) this.on.line(JSON.parse(data.join("\n")));
  }
}
