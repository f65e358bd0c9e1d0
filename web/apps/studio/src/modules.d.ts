declare module "bpmn-js-properties-panel" {
  export const BpmnPropertiesPanelModule: object;
  export const BpmnPropertiesProviderModule: object;
  export const CamundaPlatformPropertiesProviderModule: object;
}
declare module "bpmn-js-element-templates" {
  export const ElementTemplatesPropertiesProviderModule: object;
}
declare module "@bpmn-io/element-template-chooser" {
  const module: object;
  export default module;
}
declare module "camunda-bpmn-js-behaviors/lib/camunda-platform" {
  const module: object;
  export default module;
}
declare module "camunda-bpmn-moddle/resources/camunda.json" {
  const descriptor: object;
  export default descriptor;
}
declare module "bpmn-js-i18n/translations/ru" {
  const sentences: Record<string, string>;
  export default sentences;
}
declare module "bpmn-moddle" {
  export class BpmnModdle {
    constructor(packages: Record<string, object>);
    fromXML(xml: string): Promise<{ rootElement: object; warnings: readonly unknown[] }>;
    toXML(element: object, options: { format: boolean }): Promise<{ xml: string }>;
  }
}
