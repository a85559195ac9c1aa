// The demo's page: the switch of the clock, and the tabs that narrow screens show instead of three phones.

const pace = document.getElementById("pace");
const tabs = [...document.querySelectorAll("[role=tab]")];
let current = pace.querySelector(":checked")?.value;

pace.addEventListener("change", async (event) => {
  const wanted = event.target.value;
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ pace: wanted }) };
  const answer = await fetch("/demo/pace", options).catch(() => null);
  if (answer?.ok) current = wanted;
  else {
    pace.querySelector(`[value=${current}]`).checked = true;
    pace.title = pace.dataset.failed;
  }
});

function show(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).classList.toggle("shown", chosen);
  }
}

tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => show(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
});

if (window.matchMedia("(min-width: 1000px)").matches) document.getElementById("story").open = true;

// The page's language is its people's too: each phone says so in its own chat, as its own switch would.
async function speak(lang) {
  const told = [...document.querySelectorAll("iframe")].map((frame) => {
    const key = new URLSearchParams(new URL(frame.src).hash.slice(1)).get("k");
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
    const body = JSON.stringify({ id: crypto.randomUUID(), kind: "text", text: `/lang ${lang}` });
    return fetch("/api/chat/say", { method: "POST", headers, body }).catch(() => null);
  });
  await Promise.all(told);
  sessionStorage.setItem("spoken", lang);
}

for (const link of document.querySelectorAll(".switch a")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await speak(new URL(link.href).searchParams.get("lang"));
    window.location.assign(link.href);
  });
}

// They speak Chinese until told otherwise, also to a browser that opened the page in English.
const opened = document.documentElement.lang.slice(0, 2);
if (opened !== (sessionStorage.getItem("spoken") ?? "zh")) speak(opened);
