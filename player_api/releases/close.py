"""Closing a release: its files become one self-contained deployment.

The engine accepts a good deal that would fail later (a process that is not executable makes no definition, a form that
is not there is a 404 while a customer waits), so it is refused here.
"""

import hashlib
from collections.abc import Iterator, Mapping

from lxml import etree

from functions.catalogue import Catalogue
from player_api.diagrams.diagram import english_of
from player_api.releases.allowed import code_findings
from player_api.releases.calls import Others, bind_calls, gather
from player_api.releases.calls import call_findings as script_call_findings
from player_api.releases.errors import Finding, ReleaseRefused
from player_api.releases.forms import (
    bind_forms,
    binding_findings,
    expression_findings,
    read_forms,
    search_findings,
    searches,
)
from player_api.releases.functions import call_findings, function_calls, pin, variables_made
from player_api.releases.idle_limits import idle_limits
from player_api.releases.namespaces import CAMUNDA, CAMUNDA_DMN, bpmn, camunda
from player_api.releases.prefetching import release_prefetches
from player_api.releases.starts import message_starts, start_findings, take_out_messages
from player_api.releases.structure import structure_findings
from store.releases import ReleaseContent

TIME_TO_LIVE = "P30D"
"""How long the engine keeps a finished session, where the author has not said otherwise (ISO 8601)."""
OUTCOME = "outcome"
"""The variable that is a script's result where its process declares no others in the property ``result``."""


def _no_others(_key: str) -> None:
    return None


def close(script: str, files: Mapping[str, bytes], catalogue: Catalogue, others: Others = _no_others) -> ReleaseContent:
    """Check the files of a script and add what the engine and the workers need of them.

    Args:
        script: key of the script: the id of its process.
        files: contents by name, as an author made them.
        catalogue: the integration functions that are declared now; those that are called are pinned.
        others: gives the scripts that it may call.

    Returns:
        The files as they are deployed (resource names begin with a script's key), the digest over all of them.

    Raises:
        ReleaseRefused: with everything that is wrong.
    """
    findings: list[Finding] = []
    gathered = gather(files, others)
    forms = read_forms(gathered, findings)
    trees = dict(_trees(gathered, findings))
    process = _process(script, {name: tree for name, tree in trees.items() if name in files}, findings)
    for name, tree in trees.items():
        findings += _process_findings(name, tree)
        findings += structure_findings(name, tree)
        findings += binding_findings(name, tree, forms)
    findings += expression_findings(forms)
    findings += search_findings(forms, catalogue)
    findings += script_call_findings(trees)
    calls = function_calls(trees)
    called = [catalogue.functions[call.topic] for call in calls if call.topic in catalogue.functions]
    made = variables_made(trees.values(), (form for _, form in forms.values()), called)
    findings += [finding for call in calls for finding in call_findings(call, catalogue, made)]
    if process is not None:
        findings += start_findings(script, process)
    said = {(finding.file, finding.element) for finding in findings}
    code = code_findings(trees, made.union(*map(_given, trees.values())))
    findings += [finding for finding in code if (finding.file, finding.element) not in said]
    limits = {} if process is None else idle_limits(script, process, findings)
    if findings or process is None:
        raise ReleaseRefused(findings)
    ahead = list(release_prefetches(trees.values(), catalogue))
    for call in calls:
        pin(call, catalogue)
    for tree in trees.values():
        bind_forms(tree, forms)
        bind_calls(tree)
    closed = {
        name if name not in files else f"{script}/{name}": _closed(name, content, trees)
        for name, content in gathered.items()
    }
    uses = {call.element if call.process == script else f"{call.process}/{call.element}": call.topic for call in calls}
    uses |= {f"{form_id}.{field.key}": function for _, form_id, field, function in searches(forms)}
    return ReleaseContent(
        script,
        process.get("name") or script,
        _result(process),
        closed,
        _digest(closed),
        functions=uses,
        prefetches=ahead,
        idle_limits=limits,
        message_starts=message_starts(process),
        title_en=english_of(process).name,
    )


def _trees(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, "etree._Element"]]:
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


def _process(script: str, trees: Mapping[str, "etree._Element"], findings: list[Finding]) -> "etree._Element | None":
    processes = [(name, process) for name, tree in trees.items() for process in tree.iter(bpmn("process"))]
    for _, process in processes:
        if process.get("id") == script:
            return process
    for name, process in processes:
        findings.append(Finding(name, process.get("id"), f"a process must have the id {script!r}"))
    if not processes:
        findings.append(Finding(script, None, "there is no process"))
    return None


def _process_findings(name: str, tree: "etree._Element") -> Iterator[Finding]:
    for process in tree.iter(bpmn("process")):
        if process.get("isExecutable") != "true":
            yield Finding(name, process.get("id"), "the process is not marked as executable")


def _closed(name: str, content: bytes, trees: Mapping[str, "etree._Element"]) -> bytes:
    if name not in trees:
        return content
    tree = trees[name]
    places = [*tree.iter(bpmn("process")), *tree.iter("{*}decision")]
    attribute = f"{{{CAMUNDA_DMN if name.endswith('.dmn') else CAMUNDA}}}historyTimeToLive"
    for node in places:
        if node.get(attribute) is None:
            node.set(attribute, TIME_TO_LIVE)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def _given(tree: "etree._Element") -> list[str]:
    """The variables that callers give a process at its start, as its property ``variables`` names them."""
    return [name for process in tree.iter(bpmn("process")) for name in _names(process, "variables") or ()]


def _result(process: "etree._Element") -> list[str]:
    declared = _names(process, "result")
    return [OUTCOME] if declared is None else declared


def _names(process: "etree._Element", name: str) -> list[str] | None:
    """The names in a property of a process, separated by commas; None where it has no such property."""
    path = f"{bpmn('extensionElements')}/{camunda('properties')}/{camunda('property')}[@name='{name}']"
    declared = process.find(path)
    if declared is None:
        return None
    return [word.strip() for word in (declared.get("value") or "").split(",") if word.strip()]


def _digest(files: Mapping[str, bytes]) -> bytes:
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return whole.digest()


def deployable(files: Mapping[str, bytes], script: str, version_tag: str) -> Mapping[str, bytes]:
    """Return closed files as the engine gets them: nothing but the API starts the script, and each process is tagged.

    Args:
        files: as they were closed.
        script: key of the script.
        version_tag: what Cockpit shows, and workers may ask for. It names the release's number, which is not known
            when the release is closed.
    """
    return {
        name: _deployable(file, script, version_tag) if name.endswith(".bpmn") else file for name, file in files.items()
    }


def _deployable(file: bytes, script: str, version_tag: str) -> bytes:
    tree = etree.fromstring(file, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for process in tree.iter(bpmn("process")):
        process.set(camunda("versionTag"), version_tag)
        if process.get("id") == script:
            take_out_messages(process)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
