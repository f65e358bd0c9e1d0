// The page of the demo CRM, put together.

import { Telephone } from "./call.js";
import { showCard, showFailure, showWelcome } from "./card.js";
import { fill, h, toast } from "./elements.js";
import { hotkeys } from "./hotkeys.js";
import { Panel } from "./panel.js";
import { server } from "./server.js";
import { languages, speak } from "./texts.js";

const CALLERS = ["1000000001", "1000000002", "1000000003", "1000000004", "1000000005", "1000000006"];
const $ = (selector) => document.querySelector(selector);
const kept = (name, fallback) => localStorage.getItem(`crm.${name}`) ?? fallback;
const keep = (name, value) => localStorage.setItem(`crm.${name}`, value);

const page = { voice: null, operators: {}, customer: null, open: null, found: [] };
const panel = new Panel((number) => {
  if (page.open?.number === number) void show();
});
const telephone = new Telephone(() => void closeCase());

function language() {
  const wanted = kept("language", navigator.language.slice(0, 2));
  return languages.includes(wanted) ? wanted : "en";
}

function translate() {
  page.voice = speak(language());
  document.documentElement.lang = page.voice.language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = page.voice.texts[element.dataset.text];
  $("#ring").textContent = page.voice.texts.ring;
  $("#language").value = page.voice.language;
  telephone.speak(page.voice);
  panel.speak(page.voice);
}

// Shows what the address asks for: #/customers/ACCOUNT, #/cases/NUMBER, or what is new.
async function show() {
  const [, what, which] = location.hash.split("/");
  try {
    const before = page.open;
    page.open = what === "cases" ? await server.case(Number(which)) : null;
    const account = page.open?.account ?? (what === "customers" ? which : null);
    page.customer = account && (await server.customer(account));
    if (page.customer) {
      const cases = await server.casesOf(account);
      const comment = before?.number === page.open?.number ? $("#comment")?.value : undefined;
      showCard(page.voice, { ...page, cases, comment, ring: () => ring(page.customer), save });
    } else {
      showWelcome(page.voice, { cases: await server.latestCases(), operators: page.operators });
    }
  } catch (error) {
    showFailure(page.voice, error);
    return;
  }
  markCurrent();
  if (page.open) await panel.open(page.open, page.customer, $("#operator").value);
  else panel.close("noScript");
}

async function search() {
  try {
    page.found = await server.customers($("#search").value);
  } catch (error) {
    fill("#found", h("li", { class: "failure" }, error.message || page.voice.texts.unreachable));
    return;
  }
  const line = (each) =>
    h("li", {}, h("a", { href: `#/customers/${each.account}` }, each.name, h("small", {}, `${each.account} · ${each.city}`)));
  fill("#found", page.found.length ? page.found.map(line) : h("li", { class: "quiet" }, page.voice.texts.nobody));
  markCurrent();
}

function markCurrent() {
  for (const link of document.querySelectorAll("#found a")) {
    if (link.hash === `#/customers/${page.customer?.account}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function move(by) {
  const now = page.found.findIndex((each) => each.account === page.customer?.account);
  const next = page.found[Math.max(0, now + by)];
  if (next) location.hash = `#/customers/${next.account}`;
}

async function ring(customer) {
  const { texts } = page.voice;
  if (telephone.caller || $("#dialog").open) return;
  const turn = Number(kept("turn", "0"));
  if (!customer) keep("turn", (turn + 1) % CALLERS.length);
  const caller = customer ?? (await server.customer(CALLERS[turn % CALLERS.length]));
  const dialog = fill(
    "#dialog",
    h("h2", {}, texts.calling),
    h("p", {}, h("strong", {}, caller.name)),
    h("p", {}, page.voice.phone(caller.phone)),
    h(
      "div",
      { class: "toolbar" },
      h("button", { type: "button", id: "accept", class: "primary", autofocus: true, click: () => void accept(caller) }, texts.accept),
      h("button", { type: "button", id: "decline", click: () => dialog.close() }, texts.decline),
    ),
  );
  dialog.setAttribute("aria-label", texts.calling);
  dialog.showModal();
}

async function accept(caller) {
  $("#dialog").close();
  try {
    const opened = await server.takeCall(caller.account, $("#operator").value);
    telephone.connect(caller);
    location.hash = `#/cases/${opened.number}`;
  } catch (error) {
    toast(error.message || page.voice.texts.unreachable);
  }
}

// What a script has not ended is closed with the receiver; a conversation that is under way stays open.
async function closeCase() {
  const { open } = page;
  if (open?.status === "open" && !open.session) await server.change(open.number, { status: "closed" });
  await show();
}

async function save() {
  if (!page.open) return;
  try {
    await server.change(page.open.number, { comment: $("#comment").value });
    toast(page.voice.texts.saved);
  } catch (error) {
    toast(error.message || page.voice.texts.unreachable);
  }
}

function showKeys() {
  const { texts } = page.voice;
  const dialog = fill(
    "#dialog",
    h("h2", {}, texts.keysTitle),
    h("dl", {}, texts.keyList.map(([key, does]) => [h("dt", {}, key), h("dd", {}, does)])),
    h("button", { type: "button", autofocus: true, click: () => dialog.close() }, texts.close),
  );
  dialog.setAttribute("aria-label", texts.keysTitle);
  dialog.showModal();
}

async function begin() {
  translate();
  page.operators = await server.operators().catch(() => ({}));
  fill("#operator", Object.entries(page.operators).map(([login, name]) => h("option", { value: login }, name)));
  $("#operator").value = kept("operator", Object.keys(page.operators)[0]);
  $("#operator").addEventListener("change", () => {
    keep("operator", $("#operator").value);
    panel.close("noScript");
    void show();
  });
  $("#language").addEventListener("change", () => {
    keep("language", $("#language").value);
    translate();
    void Promise.all([show(), search()]);
  });
  $("#ring").addEventListener("click", () => void ring(null));
  $("#keys").addEventListener("click", showKeys);
  $("#search").addEventListener("input", () => void search());
  addEventListener("hashchange", () => void show());
  hotkeys({
    n: () => void ring(null),
    h: () => telephone.caller && telephone.hold(),
    m: () => telephone.caller && telephone.mute(),
    j: () => move(1),
    k: () => move(-1),
    "/": () => $("#search").focus(),
    "ctrl+s": () => void save(),
    escape: () => telephone.hangUp(),
  });
  await Promise.all([show(), search()]);
}

void begin();
