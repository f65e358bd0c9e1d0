"""Finding what a diagram or a table must not hold."""

import re
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from player_api.releases.checks.allowed.elements import (
    COLOURS,
    DRAWING,
    ELEMENTS,
    LITERAL_TEXTS,
    MODELER,
    OFTEN_TRIED,
    Name,
    Value,
)
from player_api.releases.checks.allowed.expressions import NotAllowed, check_expression, is_literal
from player_api.releases.namespaces import BPMN, CAMUNDA
from player_api.releases.rules import Finding, Rule

OF_THE_ENGINE = frozenset(
    {"tenant", "customer", "correlationId", "loopCounter", "nrOfInstances", "nrOfActiveInstances"}
    | {"nrOfCompletedInstances"}
)
"""Variables that every session has, or the engine sets."""
NEVER = frozenset(
    {"execution", "task", "caseExecution", "externalTask", "environment", "systemProperties", "systemEnvironment"}
)
"""Names that are no variables: what they stand for would show the engine's inside wherever a variable is not set."""
BUSINESS_KEY = "#{execution.processBusinessKey}"
"""The one expression of another kind: a called script keeps the session's id."""
_FEEL = frozenset({None, "feel"})
_NUMBER = re.compile(r"-?\d{1,9}")
_DMN = re.compile(r"https?://www\.omg\.org/spec/DMN/\d+/\S+")


def code_findings(trees: Mapping[str, "etree._Element"], variables: Collection[str]) -> Iterator[Finding]:
    """Say everything that would run code in the engine, or might.

    Args:
        trees: roots of BPMN and DMN files by name.
        variables: names that something in the script sets.
    """
    known = ({*variables} | OF_THE_ENGINE) - NEVER
    for name, root in trees.items():
        yield from _Check(name, known).bpmn(root) if name.endswith(".bpmn") else _tables(name, root)


class _Check:
    def __init__(self, file: str, variables: Collection[str]) -> None:
        self._file = file
        self._variables = variables

    def bpmn(self, root: "etree._Element") -> Iterator[Finding]:
        """Check a file from its root; what is below an element that is refused is not looked at."""
        if _name(root) == (BPMN, "definitions"):
            yield from self._element(root)
        else:
            yield self._finding(
                root,
                "это не BPMN: корнем файла должен быть элемент definitions из BPMN",
                "the file is no BPMN: its root must be BPMN's definitions",
            )

    def _element(self, node: "etree._Element") -> Iterator[Finding]:
        if not isinstance(node.tag, str):
            if node.tag is etree.ProcessingInstruction:
                yield self._finding(
                    node, "инструкции обработки не допускаются", "a processing instruction is not allowed"
                )
            return
        name = _name(node)
        if name[0] in DRAWING:
            yield from self._drawing(node)
            return
        attributes = ELEMENTS.get(name)
        if attributes is None:
            shown = _shown(node.tag)
            ru, en = f"элемент {shown} не допускается", f"the element {shown} is not allowed"
            yield self._finding(node, *OFTEN_TRIED.get(name[1], (ru, en)))
            return
        for attribute, value in node.items():
            yield from self._attribute(node, attributes, str(attribute), str(value))
        yield from self._text(node, name)
        yield from self._kind(node, name)
        for child in node:
            yield from self._element(child)

    def _attribute(
        self, node: "etree._Element", allowed: Mapping[Name, Value], attribute: str, value: str
    ) -> Iterator[Finding]:
        name = _split(attribute)
        if name[0] == MODELER:
            return
        kind = allowed.get(name)
        if kind is None:
            shown = _shown(attribute)
            yield self._finding(
                node, f"атрибут {shown} здесь не допускается", f"the attribute {shown} is not allowed here"
            )
            return
        is_business_key = name == ("", "businessKey") and value == BUSINESS_KEY
        ru, en = f"атрибут {_shown(attribute)}", f"the attribute {_shown(attribute)}"
        if kind is Value.NUMBER and not _NUMBER.fullmatch(value):
            yield self._finding(node, f"{ru} должен быть числом", f"{en} must be a number")
        elif kind is Value.EXTERNAL and value != "external":
            yield self._finding(
                node,
                f"{ru} может быть только 'external': всё другое выполняет код в движке",
                f"{en} must be 'external': everything else runs code in the engine",
            )
        elif kind is Value.NOT_VALIDATOR and value == "validator":
            yield self._finding(
                node,
                "своя проверка значений выполняла бы код в движке",
                "a validator of one's own would run code in the engine",
            )
        elif kind is Value.TEXT:
            yield from self._expression(node, ru, en, value)
        elif not is_literal(value) and not is_business_key:
            yield self._finding(node, f"{ru} не должен содержать выражений", f"{en} must not have an expression")

    def _text(self, node: "etree._Element", name: Name) -> Iterator[Finding]:
        # Comments inside of a text cut it into pieces, which the engine puts together again.
        text = "".join([node.text or "", *(child.tail or "" for child in node)])
        if is_literal(text):
            return
        if name in LITERAL_TEXTS:
            yield self._finding(node, "его текст не должен содержать выражений", "its text must not have an expression")
        elif node.get("language") != "feel":
            yield from self._expression(node, "его текст", "its text", text)

    def _kind(self, node: "etree._Element", name: Name) -> Iterator[Finding]:
        if name[0] == BPMN and node.get("language") not in _FEEL:
            yield self._finding(
                node,
                "языком выражения может быть только FEEL, или он не назван",
                "the language of an expression must be FEEL, or not be named",
            )
        calls = node.get(f"{{{CAMUNDA}}}type") == "external"
        if name in {(BPMN, "serviceTask"), (BPMN, "sendTask")} and not calls:
            yield self._finding(
                node,
                "задача этого вида должна вызывать интеграционную функцию",
                "a task of this kind must call an integration function",
            )

    def _expression(self, node: "etree._Element", ru: str, en: str, text: str) -> Iterator[Finding]:
        try:
            check_expression(text, self._variables)
        except NotAllowed as error:
            yield error.rule.at(self._file, _nearest_id(node), f"{ru} {error.ru}", f"{en} {error.en}")

    def _drawing(self, root: "etree._Element") -> Iterator[Finding]:
        for node in root.iter():
            if not isinstance(node.tag, str):
                continue
            if _name(node)[0] not in DRAWING | COLOURS | {MODELER} and node.tag != f"{{{BPMN}}}extensionElements":
                shown = _shown(node.tag)
                yield self._finding(
                    node,
                    f"элемент {shown} в рисунке не допускается",
                    f"the element {shown} is not allowed in a drawing",
                )

    def _finding(self, node: "etree._Element", ru: str, en: str) -> Finding:
        return Rule.CODE.at(self._file, _nearest_id(node), ru, en)


def _tables(file: str, root: "etree._Element") -> Iterator[Finding]:
    """Decision tables: FEEL everywhere, and nothing of another kind."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        namespace, _ = _name(node)
        if not _DMN.match(namespace):
            shown = _shown(node.tag)
            yield Rule.CODE.at(
                file,
                _nearest_id(node),
                f"элемент {shown} в решении не допускается",
                f"the element {shown} is not allowed in a decision",
            )
        language = node.get("expressionLanguage")
        if language is not None and language.lower() not in {"feel", *_FEEL_NAMES}:
            yield Rule.CODE.at(
                file,
                _nearest_id(node),
                "языком выражений решения может быть только FEEL",
                "the language of a decision's expressions must be FEEL",
            )
        if not is_literal(node.text or ""):
            yield Rule.CODE.at(
                file,
                _nearest_id(node),
                "в решении допускаются только выражения FEEL",
                "a decision must have no expression but FEEL",
            )


_FEEL_NAMES = frozenset(f"https://www.omg.org/spec/dmn/{year}/feel/" for year in (20180521, 20191111, 20211108)) | {
    "http://www.omg.org/spec/feel/20140401"
}


def _name(node: "etree._Element") -> Name:
    return _split(str(node.tag))


def _split(name: str) -> Name:
    qualified = etree.QName(name)
    return qualified.namespace or "", qualified.localname


def _shown(name: str) -> str:
    namespace, local = _split(name)
    prefix = {CAMUNDA: "camunda:", BPMN: "", "": ""}.get(namespace)
    return f"'{prefix}{local}'" if prefix is not None else f"{local!r} of {namespace!r}"


def _nearest_id(node: "etree._Element") -> str | None:
    """The id of an element as the author sees it in the diagram: what Camunda adds to it has ids of its own."""
    found: etree._Element | None = node
    while found is not None:
        if isinstance(found.tag, str) and _name(found)[0] != CAMUNDA and found.get("id"):
            return found.get("id")
        found = found.getparent()
    return None
