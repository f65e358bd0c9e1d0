// The middle of the page: a customer with the history of cases, or the latest cases of all.

import { fill, h } from "./elements.js";
import { caseNumber } from "./texts.js";

function rows(pairs) {
  return h("dl", {}, pairs.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function badge(voice, status) {
  return h("span", { class: `badge ${status}` }, voice.texts.statuses[status]);
}

function table(voice, cases, operators, current) {
  const { texts } = voice;
  if (!cases.length) return h("p", { class: "quiet" }, texts.none);
  const head = [texts.case, texts.opened, texts.by, texts.status, texts.outcome];
  const line = (each) =>
    h(
      "tr",
      { "aria-current": each.number === current ? "true" : null },
      h("td", {}, h("a", { href: `#/cases/${each.number}` }, caseNumber(each.number))),
      h("td", {}, voice.when(each.opened_at)),
      h("td", {}, operators[each.operator] ?? each.operator),
      h("td", {}, badge(voice, each.status)),
      h("td", {}, voice.outcome(each)),
    );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, head.map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", {}, cases.map(line)),
  );
}

function outcome(voice, open) {
  const { texts } = voice;
  const written = { amount: voice.money, promise_due: voice.day };
  const facts = Object.entries(open.result)
    .filter(([name, value]) => name !== "outcome" && value !== null && texts.facts[name])
    .map(([name, value]) => [texts.facts[name], (written[name] ?? String)(value)]);
  return h("section", { class: "outcome", "aria-label": texts.outcome }, h("h3", {}, voice.outcome(open)), rows(facts));
}

export function showCard(voice, { customer, cases, operators, open, comment, ring, save }) {
  const { texts } = voice;
  fill(
    "#card",
    h("h1", {}, customer.name),
    h("div", { class: "toolbar" }, h("button", { type: "button", id: "ring-this", click: ring }, texts.ringFrom)),
    rows([
      [texts.account, customer.account],
      [texts.phone, voice.phone(customer.phone)],
      [texts.city, customer.city],
      [texts.tariff, `«${customer.tariff}»`],
      [texts.since, voice.months(customer.months)],
      [texts.state, customer.is_blocked ? texts.blocked : texts.active],
    ]),
    open &&
      h(
        "section",
        { id: "case", "aria-labelledby": "case-title" },
        h("h2", { id: "case-title" }, voice.caseName(open.number), " ", badge(voice, open.status)),
        open.end && outcome(voice, open),
        rows([
          [texts.step, open.status === "open" && open.step],
          [texts.notes, open.notes],
          [texts.session, open.session],
        ]),
        h("label", { for: "comment" }, texts.comment),
        h("textarea", { id: "comment", rows: 2 }, comment ?? open.comment),
        h("div", { class: "toolbar" }, h("button", { type: "button", id: "save", click: save }, texts.save)),
      ),
    h("h2", {}, texts.history),
    table(voice, cases, operators, open?.number),
  );
}

export function showWelcome(voice, { cases, operators }) {
  const { texts } = voice;
  fill(
    "#card",
    h("h1", {}, texts.welcome),
    h("p", {}, texts.welcomeMore),
    h("h2", {}, texts.latest),
    table(voice, cases, operators, null),
  );
}

export function showFailure(voice, error) {
  fill("#card", h("p", { class: "failure", role: "alert" }, error.message || voice.texts.unreachable));
}
