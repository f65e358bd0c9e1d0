"""Closing a release: its files become one self-contained deployment.

The engine accepts a good deal that would fail later (a process that is not executable makes no definition, a form that
is not there is a 404 while a customer waits), so it is refused here.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

from lxml import etree

from player_api.releases.errors import Finding, ReleaseRefused
from player_api.sessions.forms import FormUnsupported, parse_form
from store.releases import ReleaseContent

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
CAMUNDA_DMN = "http://camunda.org/schema/1.0/dmn"
TIME_TO_LIVE = "P30D"
"""How long the engine keeps a finished session, where the author has not said otherwise (ISO 8601)."""
OUTCOME = "outcome"
"""The variable that is a script's result where its process declares no others in the property ``result``."""


def close(script: str, files: Mapping[str, bytes]) -> ReleaseContent:
    """Check the files of a script and add what the engine needs of them.

    Args:
        script: key of the script: the id of its process.
        files: contents by name, as an author made them.

    Returns:
        The files as they are deployed (resource names begin with the script's key), the digest over all of them.

    Raises:
        ReleaseRefused: with everything that is wrong.
    """
    findings: list[Finding] = []
    forms = dict(_forms(files, findings))
    trees = dict(_diagrams(files, findings))
    process = next((node for tree in trees.values() for node in tree.iter(_bpmn("process"))), None)
    for name, tree in trees.items():
        findings += _process_findings(name, tree, forms)
    if process is not None and process.get("id") != script:
        findings.append(Finding("script.bpmn", process.get("id"), f"the process must have the id {script!r}"))
    if findings or process is None:
        raise ReleaseRefused(findings or [Finding(script, None, "there is no process")])
    closed = {f"{script}/{name}": _closed(name, content, trees) for name, content in files.items()}
    return ReleaseContent(script, process.get("name") or script, _result(process), closed, _digest(closed))


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _forms(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, str]]:
    for name in (name for name in files if name.endswith(".form")):
        try:
            schema = json.loads(files[name])
            parse_form(schema)
            yield schema["id"], name
        except (ValueError, RecursionError):
            findings.append(Finding(name, None, "this is not JSON"))
        except (KeyError, TypeError, AttributeError):
            findings.append(Finding(name, None, "a form is an object with an id and components"))
        except FormUnsupported as error:
            findings.append(Finding(name, None, str(error)))


def _diagrams(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, "etree._Element"]]:
    for name in (name for name in files if name.endswith((".bpmn", ".dmn"))):
        try:
            tree = etree.fromstring(
                files[name], etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            )
        except etree.XMLSyntaxError as error:
            findings.append(Finding(name, None, f"this is not XML: {error.msg}"))
            continue
        if tree.getroottree().docinfo.internalDTD is not None:
            findings.append(Finding(name, None, "a document type is not allowed"))
        yield name, tree


def _process_findings(name: str, tree: "etree._Element", forms: Mapping[str, str]) -> Iterator[Finding]:
    for process in tree.iter(_bpmn("process")):
        if process.get("isExecutable") != "true":
            yield Finding(name, process.get("id"), "the process is not marked as executable")
    for task in tree.iter(_bpmn("userTask"), _bpmn("startEvent")):
        form = task.get(f"{{{CAMUNDA}}}formRef")
        if form is None:
            continue
        if form not in forms:
            yield Finding(name, task.get("id"), f"there is no form with the id {form!r}")
        if task.get(f"{{{CAMUNDA}}}formRefBinding") != "deployment":
            yield Finding(name, task.get("id"), "its form must be bound to the deployment")


def _closed(name: str, content: bytes, trees: Mapping[str, "etree._Element"]) -> bytes:
    if name not in trees:
        return content
    tree = trees[name]
    places = [*tree.iter(_bpmn("process")), *tree.iter("{*}decision")]
    attribute = f"{{{CAMUNDA_DMN if name.endswith('.dmn') else CAMUNDA}}}historyTimeToLive"
    for node in places:
        if node.get(attribute) is None:
            node.set(attribute, TIME_TO_LIVE)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def _result(process: "etree._Element") -> list[str]:
    path = f"{_bpmn('extensionElements')}/{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property[@name='result']"
    declared = process.find(path)
    if declared is None:
        return [OUTCOME]
    return [name.strip() for name in (declared.get("value") or "").split(",") if name.strip()]


def _digest(files: Mapping[str, bytes]) -> bytes:
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return whole.digest()
