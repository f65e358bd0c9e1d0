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

function filled(template: string, values: Readonly<Record<string, string>> = {}): string {
  return template.replace(/\{([^}]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
