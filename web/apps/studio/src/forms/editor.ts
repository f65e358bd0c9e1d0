/** The form-js editor. */

import { FormEditor } from "@bpmn-io/form-js-editor";

/** @throws Error where the schema can't be opened. */
export async function makeFormEditor(container: HTMLElement, schema: Record<string, unknown>): Promise<FormEditor> {
  const editor = new FormEditor({ container, debounce: false } as ConstructorParameters<typeof FormEditor>[0]);
  await editor.importSchema(schema as Parameters<FormEditor["importSchema"]>[0]);
  return editor;
}
