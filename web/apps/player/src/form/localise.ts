/** The English texts that authors keep beside the Russian ones become the texts (bpmn/README.md says where they are kept). */

import type { Language } from "../locale/voice";
import type { Component } from "./schema";

const TEXTS = ["label", "text", "description", "dateLabel", "timeLabel"] as const;

/** Return the schema in a language, unchanged where it is the one it is written in. */
export function localise<T extends Component>(component: T, language: Language): T {
  if (language === "ru") return component;
  const { properties = {}, values, components, validate } = component;
  const texts = TEXTS.flatMap((name) => {
    const text = properties[`${name}_${language}`];
    return text ? [[name, text]] : [];
  });
  const complaint = properties[`pattern_error_message_${language}`];
  return {
    ...component,
    ...(Object.fromEntries(texts) as Partial<Component>),
    ...(validate && complaint ? { validate: { ...validate, patternErrorMessage: complaint } } : {}),
    ...(values ? { values: values.map((option) => localiseOption(option, language, properties)) } : {}),
    ...(components ? { components: components.map((child) => localise(child, language)) } : {}),
  };
}

/** An option's label: its own `label_en`, or the field's `value_V_en`. */
export function localiseOption(
  option: unknown,
  language: Language,
  properties: Readonly<Record<string, string>> = {},
): unknown {
  if (language === "ru" || typeof option !== "object" || option === null) return option;
  const given = option as Record<string, unknown>;
  const label = given[`label_${language}`] ?? properties[`value_${String(given["value"])}_${language}`];
  return typeof label === "string" && label ? { ...given, label } : option;
}

/** Variables with options in them, such as rows of a decision table. */
export function localiseData(data: Readonly<Record<string, unknown>>, language: Language): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((item: unknown) => localiseOption(item, language)) : value,
    ]),
  );
}
