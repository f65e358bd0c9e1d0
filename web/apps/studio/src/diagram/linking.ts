/** Tasks that were drawn without a template get the one of the function that they call, where it can show all of them. */

import type { Template } from "@script-manager/client";

interface Bound {
  readonly value?: string;
  readonly binding: { readonly type: string; readonly name: string };
}

/** A moddle element. */
export interface Model {
  readonly $type: string;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** Whether the task was linked. It is written down with the next change of the diagram, and is no change by itself. */
export function link(task: Model, templates: readonly Template[]): boolean {
  if (task.$type !== "bpmn:ServiceTask" || task.get("camunda:type") !== "external" || task.get("camunda:modelerTemplate")) return false;
  const template = templates.find((each) => topicOf(each) === task.get("camunda:topic"));
  if (!template || !canShow(template, task)) return false;
  task.set("camunda:modelerTemplate", template["id"]);
  return true;
}

function boundIn(template: Template): readonly Bound[] {
  return template["properties"] as readonly Bound[];
}

function topicOf(template: Template): string | undefined {
  return boundIn(template).find(({ binding }) => binding.name === "camunda:topic")?.value;
}

/** A template shows the inputs that it knows, written as texts, and nothing else of the mapping. */
function canShow(template: Template, task: Model): boolean {
  const known = new Set(boundIn(template).filter(({ binding }) => binding.type === "camunda:inputParameter").map(({ binding }) => binding.name));
  const extensions = task.get("extensionElements") as Model | undefined;
  const values = (extensions?.get("values") ?? []) as readonly Model[];
  const mapping = values.find(({ $type }) => $type === "camunda:InputOutput");
  const inputs = (mapping?.get("inputParameters") ?? []) as readonly Model[];
  const outputs = (mapping?.get("outputParameters") ?? []) as readonly Model[];
  return !outputs.length && inputs.every((input) => known.has(input.get("name") as string) && !input.get("definition"));
}
