import { describe, expect, it } from "vitest";

import { written } from "../src/forms/written";

const PLACEHOLDER = [{ label: "Value", value: "value" }];
const searching = { type: "select", key: "model", properties: { optionsFunction: "knowledge.find_models" } };

const again = (form: Record<string, unknown>) => JSON.parse(written(form)) as unknown;

describe("written", () => {
  it.each([
    ["what the editor says of itself is left out", { id: "ask", exporter: { name: "form-js" } }, { id: "ask" }],
    ["a field that asks a function has no choice of its own", { components: [{ ...searching, values: PLACEHOLDER }] }, { components: [searching] }],
    [
      "nor has one in a group",
      { components: [{ type: "group", components: [{ ...searching, values: PLACEHOLDER }] }] },
      { components: [{ type: "group", components: [searching] }] },
    ],
    ["another field keeps its choices", { components: [{ type: "select", values: PLACEHOLDER }] }, { components: [{ type: "select", values: PLACEHOLDER }] }],
    [
      "choices that somebody wrote stay",
      { components: [{ ...searching, values: [{ label: "A", value: "a" }] }] },
      { components: [{ ...searching, values: [{ label: "A", value: "a" }] }] },
    ],
  ])("%s", (_, schema, file) => {
    expect(again(schema)).toEqual(file);
  });

  it("changes nothing of what the editor holds", () => {
    const schema = { exporter: {}, components: [{ ...searching, values: PLACEHOLDER }] };
    written(schema);
    expect(schema.components[0]?.values).toBe(PLACEHOLDER);
    expect(schema.exporter).toEqual({});
  });
});
