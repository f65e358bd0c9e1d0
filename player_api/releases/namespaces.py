"""Names in BPMN and DMN files."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
CAMUNDA_DMN = "http://camunda.org/schema/1.0/dmn"


def bpmn(name: str) -> str:
    """An element of BPMN 2.0, as lxml names it."""
    return f"{{{BPMN}}}{name}"


def camunda(name: str) -> str:
    """An element or attribute that Camunda adds to BPMN, as lxml names it."""
    return f"{{{CAMUNDA}}}{name}"
