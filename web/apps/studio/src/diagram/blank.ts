/** What a new script begins with. */

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A diagram with a start alone. */
export function blankDiagram(key: string, title: string, titleEn: string): string {
  const safe = (text: string) => text.replace(/[&<>"]/g, (sign) => ESCAPED[sign] ?? sign);
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="${key}_definitions" targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.24.0">
  <bpmn:process id="${key}" name="${safe(title)}" isExecutable="true" camunda:historyTimeToLive="P90D">
    <bpmn:extensionElements>
      <camunda:properties>
        <camunda:property name="name_en" value="${safe(titleEn)}" />
      </camunda:properties>
    </bpmn:extensionElements>
    <bpmn:startEvent id="started" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="${key}">
      <bpmndi:BPMNShape id="started_di" bpmnElement="started">
        <dc:Bounds x="180" y="160" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
}

/** A form with a text that is said; its id is what a step refers to. */
export function blankForm(id: string): string {
  const form = {
    components: [{ type: "text", id: "say", text: "…", layout: { row: "row_1", columns: null } }],
    type: "default",
    id,
    executionPlatform: "Camunda Platform",
    executionPlatformVersion: "7.24.0",
    schemaVersion: 18,
  };
  return `${JSON.stringify(form, null, 2)}\n`;
}

export function formId(script: string, name: string): string {
  return `${script}_${name}`;
}
