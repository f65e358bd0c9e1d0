/** The form-js editor, and forms as they are written to files. */

import { FormEditor } from "@bpmn-io/form-js-editor";

/** @throws Error where the schema can't be opened. */
export async function makeFormEditor(container: HTMLElement, schema: Record<string, unknown>): Promise<FormEditor> {
  const editor = new FormEditor({ container, debounce: false } as ConstructorParameters<typeof FormEditor>[0]);
  await editor.importSchema(schema as Parameters<FormEditor["importSchema"]>[0]);
  return editor;
}

/** A form as it stands in a file: without what the editor says of itself, so that a diff shows its author's changes alone. */
export function written(schema: Record<string, unknown>): string {
  const form = { ...schema };
  delete form["exporter"];
  return `${JSON.stringify(form, null, 2)}\n`;
}
