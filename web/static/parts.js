// The parts of a bubble: recordings, pins, buttons. Everything is built from nodes; no markup is ever taken from a line.

export function make(name, className, ...inside) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...inside);
  return node;
}

export function button(label, act) {
  const node = make("button", "", label);
  node.type = "button";
  node.onclick = act;
  return node;
}

export function recording({ kind, url }, texts) {
  if (kind === "photo") {
    const image = make("img");
    image.src = url;
    image.alt = texts.photo;
    image.width = 260;
    image.height = 195;
    const anchor = make("a", "media", image);
    anchor.href = url;
    anchor.target = "_blank";
    anchor.setAttribute("aria-label", texts.open_photo);
    image.onerror = () => { image.remove(); anchor.className = "media file"; anchor.textContent = texts.open_photo; };
    return anchor;
  }
  if (kind === "voice" || kind === "video") {
    const player = make(kind === "voice" ? "audio" : "video");
    player.controls = true;
    player.preload = "metadata";
    player.playsInline = true;
    player.src = url;
    player.setAttribute("aria-label", texts[kind]);
    return make("div", "media", player);
  }
  const anchor = make("a", "file", texts.open_file);
  anchor.href = url;
  anchor.target = "_blank";
  return anchor;
}

// `mine`: the person sent it and needs no way there.
export function pin({ lat, lon, title }, texts, told, mine) {
  const point = `${Number(lat).toFixed(6)},${Number(lon).toFixed(6)}`;
  const words = [make("b", "", title || texts.place), make("span", "at", point)];
  if (mine) return make("div", "pin mine", ...words);
  const map = make("a", "", texts.open_map);
  map.href = `geo:${point}?q=${point}`;
  const copy = button(texts.copy, async () => told((await copied(point)) ? texts.copied : point));
  return make("div", "pin", ...words, make("div", "", map, copy));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", "");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

// `rows` as the service sent them; `act(data, button)` is told of a tap.
export function keys(rows, act) {
  const all = make("div", "keys");
  for (const row of rows) {
    const line = make("div");
    for (const { label, data } of row) {
      const key = button(label, () => act(data, key));
      key.dataset.data = data;
      line.append(key);
    }
    all.append(line);
  }
  return all;
}
