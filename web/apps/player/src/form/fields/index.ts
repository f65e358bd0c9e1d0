/** The fields of the player, one file each; a field of one's own is another file and another line here. */

import type { FormFields } from "@bpmn-io/form-js-viewer";

import { type Component, type Schema, within } from "../schema";
import checkbox from "./checkbox";
import checklist from "./checklist";
import datetime from "./datetime";
import type { FieldComponent } from "./frame";
import number, { NUMBER_KINDS } from "./number";
import { quietWhenPassed } from "./passed";
import radio from "./radio";
import select from "./select";
import taglist from "./taglist";
import text from "./text";
import textarea from "./textarea";
import textfield, { TEXT_KINDS } from "./textfield";

const OWN: Readonly<Record<string, FieldComponent>> = {
  checkbox,
  checklist,
  datetime,
  number,
  radio,
  select,
  taglist,
  text,
  textarea,
  textfield,
};

/** form-js's own that are shown as they are. */
const STANDARD = new Set(["default", "group", "dynamiclist", "html", "image", "separator", "spacer", "table", "expression", "button"]);
/** What `properties: {field: …}` may say, by type. */
const KINDS: Readonly<Record<string, readonly string[]>> = { textfield: TEXT_KINDS, number: NUMBER_KINDS };

function registerOwn(formFields: FormFields): void {
  for (const [type, field] of Object.entries(OWN)) formFields.register(type, type === "text" ? field : quietWhenPassed(field));
}

/** A module of form-js. */
export const fieldModule = { __init__: [["formFields", registerOwn]] };

/** Fields of a form that nobody knows how to show, by name and kind. */
export function unknownFields(schema: Schema): { readonly name: string; readonly kind: string }[] {
  return [...within(schema)].filter((component) => !isKnown(component)).map((component) => ({
    name: component.label ?? component.key ?? component.id,
    kind: component.properties?.["field"] && component.type in OWN ? component.properties["field"] : component.type,
  }));
}

function isKnown({ type, properties }: Component): boolean {
  if (!(type in OWN) && !STANDARD.has(type)) return false;
  const kind = properties?.["field"];
  return kind === undefined || (KINDS[type] ?? []).includes(kind);
}
