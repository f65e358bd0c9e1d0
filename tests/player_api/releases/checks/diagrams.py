"""Small diagrams, written as their elements and the ways between them."""

from lxml import etree

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn"'
    ' targetNamespace="t">'
)


def ways(*pairs: str) -> str:
    """Flows, each as ``from>to``."""
    flows = (pair.split(">") for pair in pairs)
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows)


def read(inside: str, outside: str = "", key: str = "p") -> "etree._Element":
    """Return the root of a diagram with a process of these elements, and of what stands beside it."""
    return etree.fromstring(f'{HEAD}<process id="{key}" isExecutable="true">{inside}</process>{outside}</definitions>')
