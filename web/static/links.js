// Plain words with what can be tapped in them: web addresses, phone numbers, emergency numbers, commands.

const URL_ = "(?<url>https?:\\/\\/[^\\s<>\"'，。；、）)]+)";
const PHONE = "(?<phone>\\+?86[- ]?1[3-9]\\d{9}|1[3-9]\\d{9}|0\\d{2,3}[- ]?\\d{7,8}|400[- ]?\\d{3}[- ]?\\d{4})(?!\\d|[.,:]\\d)";
const SHORT = "(?<short>1\\d\\d)(?!\\d|[.,:/-]\\d|\\s?(?:米|号|元|分|户|人|个|公里|秒|度|岁|%|m\\b|km\\b|met|min|people|sec|house|yuan))";
const COMMAND = "(?<command>\\/[a-z]{2,16})(?![\\w/.])";
const PATTERN = new RegExp([URL_, PHONE, SHORT, COMMAND].join("|"), "g");
const CALLS = /打|拨|电话|急救|火警|报警|call|dial|phone|tel|fire|ambulance|police/i;

function link(href, text) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

function outward(url) {
  const anchor = link(url, url);
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function command(text, onCommand) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "command";
  node.textContent = text;
  node.onclick = () => onCommand(text);
  return node;
}

// Whether a bare 119 in the text at this place is meant to be called, and is not a door or a distance.
function isCall(text, at, { alert }) {
  return alert || CALLS.test(text.slice(Math.max(0, at - 16), at + 16));
}

function linked({ groups, index, input }, how) {
  const before = index ? input[index - 1] : " ";
  if (groups.url) return outward(groups.url);
  if (groups.phone) return /[\d.,:/-]/.test(before) ? null : link(`tel:${groups.phone.replace(/[^+\d]/g, "")}`, groups.phone);
  if (groups.short) {
    const free = how.numbers.includes(groups.short) && !/[\w.,:/#-]/.test(before);
    return free && isCall(input, index, how) ? link(`tel:${groups.short}`, groups.short) : null;
  }
  return how.onCommand && !/[\w/.:]/.test(before) ? command(groups.command, how.onCommand) : null;
}

// Puts `text` into `element`. `how`: alert, the emergency numbers, and what a tap on a command does (none: no commands).
export function fill(element, text, how) {
  let from = 0;
  for (const match of text.matchAll(PATTERN)) {
    const node = linked(match, how);
    if (!node) continue;
    element.append(text.slice(from, match.index), node);
    from = match.index + match[0].length;
  }
  element.append(text.slice(from));
}
