"""Scripts for the tests of authoring."""


def bpmn(script: str, title: str = "Сценарий") -> bytes:
    """The least that is a script: one question."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:process id="{script}" name="{title}" isExecutable="true">
    <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="ask"/>
    <bpmn:userTask id="ask" name="Вопрос"/><bpmn:sequenceFlow id="g" sourceRef="ask" targetRef="end"/>
    <bpmn:endEvent id="end"/>
  </bpmn:process>
</bpmn:definitions>""".encode()
