/** bpmn-js as methodologists get it: Camunda 7 properties, our element templates, the reader's language. */

import ElementTemplateChooserModule from "@bpmn-io/element-template-chooser";
import type { Template } from "@script-manager/client";
import Modeler from "bpmn-js/lib/Modeler";
import { ElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CamundaPlatformPropertiesProviderModule,
} from "bpmn-js-properties-panel";
import camundaBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform";

import type { Language } from "../locale/language";
import { camunda } from "./camunda";
import type { Viewport } from "./frame";
import { type Links, linking, type Model } from "./linking";
import { translating } from "./translate";

export interface Places {
  readonly canvas: HTMLElement;
  readonly properties: HTMLElement;
}

export interface Canvas extends Viewport {
  resized(): void;
  addMarker(element: string, marker: string): void;
  scrollToElement(element: object): void;
}

export interface Registry {
  get(id: string): object | undefined;
  forEach(visit: (element: { businessObject?: Model }) => void): void;
}

export interface Drawing {
  readonly modeler: Modeler;
  readonly links: Links;
}

/** Groups of the panel that are open at first. */
const OPEN = ["general", "ElementTemplates__CustomProperties-inputs", "CamundaPlatform__Form"];

export function makeModeler(places: Places, language: Language, templates: readonly Template[]): Drawing {
  const modeler = new Modeler({
    container: places.canvas,
    propertiesPanel: { parent: places.properties, layout: { groups: Object.fromEntries(OPEN.map((id) => [id, { open: true }])) } },
    debounceInput: 300,
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule,
      ElementTemplatesPropertiesProviderModule,
      ElementTemplateChooserModule,
      camundaBehaviors,
      translating(language),
    ],
  } as ConstructorParameters<typeof Modeler>[0]);
  modeler.get<{ setTemplates(templates: readonly Template[]): void }>("elementTemplatesLoader").setTemplates(templates);
  const links = linking(templates);
  modeler.on("import.render.complete", () => {
    const found: Model[] = [];
    modeler.get<Registry>("elementRegistry").forEach(({ businessObject }) => businessObject && found.push(businessObject));
    links.add(found);
  });
  return { modeler, links };
}

/** The diagram as XML. */
export async function written({ modeler, links }: Drawing): Promise<string> {
  const { xml } = await links.without(() => modeler.saveXML({ format: true }));
  return xml ?? "";
}
