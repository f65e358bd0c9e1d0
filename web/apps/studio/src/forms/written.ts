/** Forms as they are written to files. */

type Schema = Record<string, unknown>;

/** What the editor gives a field that has no choices written down. */
const PLACEHOLDER = JSON.stringify([{ label: "Value", value: "value" }]);

/**
 * A form without what the editor says of itself, and without the choice that it gives to fields which ask a function for
 * theirs: a diff shows its author's changes alone.
 */
export function written(schema: Schema): string {
  const form = cleaned(schema);
  delete form["exporter"];
  return `${JSON.stringify(form, null, 2)}\n`;
}

function cleaned(schema: Schema): Schema {
  const made = { ...schema };
  const properties = made["properties"] as Schema | undefined;
  if (properties?.["optionsFunction"] && JSON.stringify(made["values"]) === PLACEHOLDER) delete made["values"];
  if (Array.isArray(made["components"])) made["components"] = (made["components"] as Schema[]).map(cleaned);
  return made;
}
