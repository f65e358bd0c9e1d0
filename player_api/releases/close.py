"""Closing a release: its files become one self-contained deployment.

The engine accepts a good deal that would fail later (a process that is not executable makes no definition, a form that
is not there is a 404 while a customer waits), so it is refused here.
"""

import hashlib
from collections.abc import Mapping

from lxml import etree

from functions.catalogue import Catalogue
from functions.pins import Pin
from player_api.diagrams.diagram import english_of
from player_api.releases.calls import Files, Others, bind_calls
from player_api.releases.check import Checked, check, no_others
from player_api.releases.checks.variables import named_variables
from player_api.releases.errors import ReleaseRefused
from player_api.releases.forms import bind_forms, searches
from player_api.releases.functions import pin
from player_api.releases.namespaces import CAMUNDA, CAMUNDA_DMN, bpmn, camunda
from player_api.releases.prefetching import release_prefetches
from player_api.releases.starts import message_starts, take_out_messages
from player_api.releases.trees import read_tree
from store.releases import ReleaseContent

TIME_TO_LIVE = "P30D"
"""How long the engine keeps a finished session, where the author has not said otherwise (ISO 8601)."""
OUTCOME = "outcome"
"""The variable that is a script's result where its process declares no others in the property ``result``."""


def close(script: str, files: Files, catalogue: Catalogue, others: Others = no_others) -> ReleaseContent:
    """Check the files of a script and add what the engine and the workers need of them.

    Args:
        script: key of the script: the id of its process.
        files: contents by name, as an author made them.
        catalogue: the integration functions that are declared now; those that are called are pinned.
        others: gives the scripts that it may call.

    Returns:
        The files as they are deployed (resource names begin with a script's key), the digest over all of them.

    Raises:
        ReleaseRefused: with everything that was found.
    """
    return closed(check(script, files, catalogue, others))


def closed(checked: Checked) -> ReleaseContent:
    """Make the content of a release of what was checked.

    Args:
        checked: it is changed, and no use afterwards.

    Raises:
        ReleaseRefused: there is an error among what was found.
    """
    process = checked.process
    if process is None or checked.errors:
        raise ReleaseRefused(checked.findings)
    script, trees, catalogue, forms = checked.script, checked.trees, checked.catalogue, checked.forms
    ahead = list(release_prefetches(trees.values(), catalogue))
    for call in checked.calls:
        pin(call, catalogue)
    for tree in trees.values():
        bind_forms(tree, forms)
        bind_calls(tree)
    files = {
        name if name not in checked.own else f"{script}/{name}": _closed(name, content, trees)
        for name, content in checked.files.items()
    }
    places = {
        call.element if call.process == script else f"{call.process}/{call.element}": call for call in checked.calls
    }
    functions = catalogue.functions
    pins = {place: Pin.of(functions[call.topic], functions).digest for place, call in places.items()}
    uses = {place: call.topic for place, call in places.items()}
    uses |= {f"{form_id}.{field.key}": function for _, form_id, field, function in searches(forms)}
    return ReleaseContent(
        script,
        process.get("name") or script,
        _result(process),
        files,
        _digest(files),
        functions=uses,
        pins=pins,
        prefetches=ahead,
        idle_limits=checked.idle_limits,
        message_starts=message_starts(process),
        title_en=english_of(process).name,
    )


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


def _result(process: "etree._Element") -> list[str]:
    declared = named_variables(process, "result")
    return [OUTCOME] if declared is None else declared


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
    tree = read_tree(file)
    for process in tree.iter(bpmn("process")):
        process.set(camunda("versionTag"), version_tag)
        if process.get("id") == script:
            take_out_messages(process)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
