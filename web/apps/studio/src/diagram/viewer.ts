/** A diagram to look at, with what was changed in colour. */

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import type { Language } from "../locale/language";
import { begin } from "./frame";
import type { Canvas, Registry } from "./modeler";
import { translating } from "./translate";

export type Changed = "added" | "removed" | "changed" | "moved";

/** @throws Error where the XML is no diagram. */
export async function showDiagram(
  container: HTMLElement,
  xml: string,
  elements: Readonly<Record<string, Changed>>,
  language: Language,
): Promise<NavigatedViewer> {
  const viewer = new NavigatedViewer({ container, additionalModules: [translating(language)] } as ConstructorParameters<
    typeof NavigatedViewer
  >[0]);
  await viewer.importXML(xml);
  const canvas = viewer.get<Canvas>("canvas");
  const registry = viewer.get<Registry>("elementRegistry");
  for (const [id, change] of Object.entries(elements)) {
    for (const shown of [id, `${id}_label`]) {
      if (registry.get(shown)) canvas.addMarker(shown, `diff-${change}`);
    }
  }
  begin(canvas);
  return viewer;
}
