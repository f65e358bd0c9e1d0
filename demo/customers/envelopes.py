"""SOAP 1.1 envelopes, document and literal: read, answered, refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from demo.customers.errors import EnvelopeWrong

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
OURS = "urn:demo:customers"
Content = str | Mapping[str, "Content"] | Sequence["Content"]
"""What an element holds: text, elements by name, or several of the same name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation and its parameters."""

    operation: str
    parameters: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A parameter.

        Raises:
            EnvelopeWrong: it is missing.
        """
        if name not in self.parameters:
            raise EnvelopeWrong
        return self.parameters[name]


def read(body: bytes) -> Asked:
    """Read a request.

    Raises:
        EnvelopeWrong: it is something else.
    """
    try:
        tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise EnvelopeWrong from error
    operation = next(iter(tree.findall(f"{{{ENVELOPE}}}Body/{{{OURS}}}*")), None)
    if operation is None:
        raise EnvelopeWrong
    parameters = {etree.QName(child).localname: child.text or "" for child in operation}
    return Asked(etree.QName(operation).localname, parameters)


def answer(operation: str, content: Mapping[str, Content]) -> bytes:
    """Write the answer of an operation."""
    envelope, body = _envelope()
    _write(etree.SubElement(body, f"{{{OURS}}}{operation}Response"), content)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def fault(code: str, sentence: str) -> bytes:
    """Write a fault (SOAP 1.1, 4.4)."""
    envelope, body = _envelope()
    element = etree.SubElement(body, f"{{{ENVELOPE}}}Fault")
    etree.SubElement(element, "faultcode").text = f"soap:{code}"
    etree.SubElement(element, "faultstring").text = sentence
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _envelope() -> tuple["etree._Element", "etree._Element"]:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE, "t": OURS})
    return envelope, etree.SubElement(envelope, f"{{{ENVELOPE}}}Body")


def _write(parent: "etree._Element", content: Mapping[str, Content]) -> None:
    for name, held in content.items():
        for each in [held] if isinstance(held, str | Mapping) else held:
            element = etree.SubElement(parent, f"{{{OURS}}}{name}")
            if isinstance(each, str):
                element.text = each
            else:
                assert isinstance(each, Mapping)  # noqa: S101 - lists hold no lists
                _write(element, each)
