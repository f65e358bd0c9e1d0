/** Camunda 7's part of BPMN, as it is read and written. */

import descriptor from "camunda-bpmn-moddle/resources/camunda.json";

interface Described {
  readonly name: string;
  default?: unknown;
}

/** What is written out is kept as its author wrote it, the usual way of taking a decision's result too, so that a diff is silent on it. */
export const camunda = written(descriptor as object);

function written(of: object): object {
  const made = structuredClone(of) as { types: { properties?: Described[] }[] };
  for (const { properties } of made.types) {
    for (const property of properties ?? []) if (property.name === "mapDecisionResult") delete property.default;
  }
  return made;
}
