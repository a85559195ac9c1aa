// The two calls of the page: open a chat, and say something in it.

const WORDS_MS = 20000;
const FILE_MS = 180000;

async function call(path, options, patience) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(path, { method: "POST", cache: "no-store", credentials: "omit", signal: stop.signal, ...options });
    const body = await answer.json().catch(() => ({}));
    return { status: answer.status, body, wait: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, body: {}, wait: 0 };
  } finally {
    clearTimeout(clock);
  }
}

export async function openChat() {
  const { status, body } = await call("/api/chat/open", {}, WORDS_MS);
  return status === 200 ? body.key : null;
}

// Resolves to {done}, {again, wait in seconds} or {refused: sentence}.
export async function say(key, language, entry, blob) {
  const headers = { Authorization: `Bearer ${key}`, "Accept-Language": language };
  let body;
  if (blob) {
    body = new FormData();
    body.set("id", entry.id);
    body.set("kind", entry.kind);
    body.set("text", entry.text ?? "");
    body.set("file", blob, "recording");
  } else {
    headers["Content-Type"] = "application/json";
    const { id, kind, text, data, to, lat, lon, accuracy } = entry;
    body = JSON.stringify({ id, kind, text, data, to, lat, lon, accuracy });
  }
  const answer = await call("/api/chat/say", { headers, body }, blob ? FILE_MS : WORDS_MS);
  if (answer.status === 202) return { done: true };
  if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return { again: true, wait: answer.wait };
  return { refused: answer.body.text ?? "" };
}
