/** Answers as they were on the screen: labels of fields, labels of options, sums and numbers as people read them. */

import type { Answers } from "@script-manager/client";

import { isSameValue } from "./fields/choices";
import { choiceOf } from "./fields/search";
import { type Component, type Schema, within } from "./schema";
import type { ToldAnswer } from "./shown";
import { written } from "./values/written";

export function tell(schema: Schema, data: Answers, answers: Answers, language: string): Readonly<Record<string, ToldAnswer>> {
  const told: Record<string, ToldAnswer> = {};
  for (const component of within(schema)) {
    const { key } = component;
    if (key === undefined || !(key in answers)) continue;
    const label = component.label ?? component.dateLabel ?? component.timeLabel ?? key;
    told[key] = { label, text: textOf(component, answers[key], data, language) };
  }
  return told;
}

function textOf(component: Component, value: unknown, data: Answers, language: string): string {
  if (Array.isArray(value)) return value.map((one) => textOf(component, one, data, language)).join(", ");
  const given = component.valuesKey ? data[component.valuesKey] : component.values;
  const choice = Array.isArray(given) ? given.flatMap(choiceOf).find((one) => isSameValue(one.value, value)) : undefined;
  return choice?.label ?? written(value, component.properties?.["field"] ?? component.subtype ?? component.type, language);
}
