/** bpmn-js and its panel in the reader's language; what nobody has translated stays English. */

import type { Language } from "../locale/language";
import canvas from "bpmn-js-i18n/translations/ru";

import { panel } from "./panel-ru";

const russian: Readonly<Record<string, string>> = { ...canvas, ...panel };

export function translating(language: Language): object {
  return { translate: ["value", language === "ru" ? translated : filled] };
}

export function translated(template: string, values: Readonly<Record<string, string>> = {}): string {
  return filled(russian[template] ?? template, values);
}

const OURS = {
  "Business rule task": "Таблица решений",
  "Call activity": "Вызов скрипта",
  Process: "Скрипт",
  "Sequence flow": "Переход",
  "Service task": "Вызов функции",
  "User task": "Шаг",
};
const kinds = new Map(Object.entries({ ...canvas, ...OURS }).map(([kind, name]) => [kind.toLowerCase(), name]));

/** The kind of an element as the panel's head names it. */
export function kindInRussian(kind: string): string | undefined {
  return kinds.get(kind.toLowerCase());
}

function filled(template: string, values: Readonly<Record<string, string>> = {}): string {
  return template.replace(/\{([^}]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
