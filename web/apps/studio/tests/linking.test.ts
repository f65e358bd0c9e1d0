import { describe, expect, it } from "vitest";

import { linking, type Model } from "../src/diagram/linking";

const TEMPLATE = {
  id: "script-manager.billing.get_balance",
  properties: [
    { value: "external", binding: { type: "property", name: "camunda:type" } },
    { value: "billing.get_balance", binding: { type: "property", name: "camunda:topic" } },
    { value: "${account}", binding: { type: "camunda:inputParameter", name: "account" } },
  ],
};
const LINK = "camunda:modelerTemplate";

function model($type: string, values: Record<string, unknown>): Model {
  const kept = new Map(Object.entries(values));
  return { $type, get: (name) => kept.get(name), set: (name, value) => void kept.set(name, value) };
}

function task(mapping: Record<string, unknown>, also: Record<string, unknown> = {}): Model {
  const extensions = model("bpmn:ExtensionElements", { values: [model("camunda:InputOutput", mapping)] });
  return model("bpmn:ServiceTask", {
    "camunda:type": "external",
    "camunda:topic": "billing.get_balance",
    extensionElements: extensions,
    ...also,
  });
}

const account = model("camunda:InputParameter", { name: "account" });

describe("linking", () => {
  it.each<[string, Model, unknown]>([
    ["calls the function", task({ inputParameters: [account] }), TEMPLATE.id],
    ["has no inputs", task({}), TEMPLATE.id],
    ["has a template already", task({}, { [LINK]: "other" }), "other"],
    ["calls another function", task({}, { "camunda:topic": "billing.other" }), undefined],
    ["is run by the engine", task({}, { "camunda:type": undefined }), undefined],
    ["has an input that the function lacks", task({ inputParameters: [model("", { name: "more" })] }), undefined],
    ["has an input that is a list", task({ inputParameters: [model("", { name: "account", definition: {} })] }), undefined],
    ["maps outputs", task({ outputParameters: [model("", { name: "debt" })] }), undefined],
  ])("looks at a task that %s", (_, one, link) => {
    linking([TEMPLATE]).add([one]);
    expect(one.get(LINK)).toBe(link);
  });

  it("writes a diagram without the links that it has made", async () => {
    const [linked, chosen] = [task({}), task({}, { [LINK]: TEMPLATE.id })];
    const links = linking([TEMPLATE]);
    links.add([linked, chosen]);
    await links.without(() => {
      expect([linked.get(LINK), chosen.get(LINK)]).toEqual([undefined, TEMPLATE.id]);
      return Promise.resolve();
    });
    expect(linked.get(LINK)).toBe(TEMPLATE.id);
  });

  it("keeps a template that was chosen after that", async () => {
    const one = task({});
    const links = linking([TEMPLATE]);
    links.add([one]);
    one.set(LINK, "chosen");
    await links.without(() => Promise.resolve(expect(one.get(LINK)).toBe("chosen")));
  });
});
