/**
 * Tasks that were drawn without a template are shown with the one of the function that they call, where it can show all
 * of them. The diagram is written without these links: they are no change of its author's.
 */

import type { Template } from "@script-manager/client";

const LINK = "camunda:modelerTemplate";

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

export interface Links {
  /** Link what can be linked among tasks that have just been read. */
  add(elements: Iterable<Model>): void;
  /** Do something while the links are away. */
  without<T>(what: () => Promise<T>): Promise<T>;
}

export function linking(templates: readonly Template[]): Links {
  const linked = new Map<Model, unknown>();
  return {
    add(elements) {
      for (const task of elements) {
        const template = suiting(task, templates);
        if (!template) continue;
        task.set(LINK, template["id"]);
        linked.set(task, template["id"]);
      }
    },
    async without(what) {
      const away = [...linked].filter(([task, id]) => task.get(LINK) === id);
      for (const [task] of away) task.set(LINK, undefined);
      try {
        return await what();
      } finally {
        for (const [task, id] of away) task.set(LINK, id);
      }
    },
  };
}

function suiting(task: Model, templates: readonly Template[]): Template | undefined {
  if (task.$type !== "bpmn:ServiceTask" || task.get("camunda:type") !== "external" || task.get(LINK)) return undefined;
  const template = templates.find((each) => topicOf(each) === task.get("camunda:topic"));
  return template && canShow(template, task) ? template : undefined;
}

function boundIn(template: Template): readonly Bound[] {
  return template["properties"] as readonly Bound[];
}

function topicOf(template: Template): string | undefined {
  return boundIn(template).find(({ binding }) => binding.name === "camunda:topic")?.value;
}

/** A template shows the inputs that it knows, written as texts, and nothing else of the mapping. */
function canShow(template: Template, task: Model): boolean {
  const inputsOf = boundIn(template).filter(({ binding }) => binding.type === "camunda:inputParameter");
  const known = new Set(inputsOf.map(({ binding }) => binding.name));
  const extensions = task.get("extensionElements") as Model | undefined;
  const values = (extensions?.get("values") ?? []) as readonly Model[];
  const mapping = values.find(({ $type }) => $type === "camunda:InputOutput");
  const inputs = (mapping?.get("inputParameters") ?? []) as readonly Model[];
  const outputs = (mapping?.get("outputParameters") ?? []) as readonly Model[];
  return !outputs.length && inputs.every((input) => known.has(input.get("name") as string) && !input.get("definition"));
}
