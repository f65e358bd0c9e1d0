/** Scripts as bpmn-js reads and writes them: what their authors wrote is still there. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { BpmnModdle } from "bpmn-moddle";
import { describe, expect, it } from "vitest";

import { blankDiagram } from "../src/diagram/blank";
import { camunda } from "../src/diagram/camunda";

const SCRIPTS = join(process.cwd(), "..", "bpmn");
const shipped = readdirSync(SCRIPTS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".bpmn"));

async function again(xml: string): Promise<string> {
  const moddle = new BpmnModdle({ camunda });
  const { rootElement, warnings } = await moddle.fromXML(xml);
  expect(warnings).toEqual([]);
  return (await moddle.toXML(rootElement, { format: true })).xml;
}

function attributes(xml: string): string[] {
  const named = xml.matchAll(/\b[\w:]+="[^"]*"/g);
  return [...named].map(([text]) => text.replaceAll("&#39;", "'")).sort();
}

describe("bpmn-js", () => {
  it.each(shipped)("keeps every attribute of %s", async (name) => {
    const xml = readFileSync(`${SCRIPTS}/${name}`, "utf8");
    expect(attributes(await again(xml))).toEqual(attributes(xml));
  });

  it("reads a new script, whatever its title", async () => {
    const xml = await again(blankDiagram("renew", 'Да & <нет> "может"', "Yes"));
    expect(xml).toContain('<bpmn:process id="renew"');
    expect(xml).toContain("Да &#38; &#60;нет");
  });
});
