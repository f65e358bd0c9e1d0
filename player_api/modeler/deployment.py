"""A deployment from Camunda Modeler: a change of a draft, and a release of it that nobody gets yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from player_api.authoring.context import AuthoringContext
from player_api.authoring.errors import DraftChanged, DraftUnknown
from player_api.authoring.folders import KEY
from player_api.authoring.publication import Wish
from player_api.modeler.errors import DeploymentRefused
from player_api.releases.namespaces import bpmn
from player_api.releases.trees import read_tree
from player_api.sessions.context import Caller
from store.release_files import ReleaseInfo

_TRIES = 3


@dataclass(frozen=True)
class Sent:
    """What Modeler sends: a diagram with its attachments, contents by file name."""

    files: Mapping[str, bytes]


async def deploy(context: AuthoringContext, caller: Caller, sent: Sent) -> ReleaseInfo:
    """Put files into the draft of the script that they are of, and make a release of it, without any rollout.

    A diagram takes the place of the draft's file that has the same process, whatever either is called.

    Raises:
        DeploymentRefused: no file has a process that could be a script.
        AuthoringError: the draft can't have these files, or can't be published.
        EngineError: the engine can't be reached, or refuses it.
        StoreUnavailable: the database cannot be reached.
    """
    diagram, script = _script(sent.files)
    for _ in range(_TRIES):
        try:
            await _change(context, caller, script, diagram, sent.files)
            break
        except DraftChanged:
            continue
    published, _ = await context.publication.publish(caller, script, Wish(rolls_out=False))
    return await context.published.release(script, published.number)


async def _change(
    context: AuthoringContext, caller: Caller, script: str, diagram: str, files: Mapping[str, bytes]
) -> None:
    try:
        draft = await context.desk.read(script)
    except DraftUnknown:
        await context.desk.create(caller, script, files)
        return
    present = next((name for name, content in draft.files.items() if script in _processes(name, content)), diagram)
    changed = {present if name == diagram else name: content for name, content in files.items()}
    await context.desk.change(caller, script, draft.version, changed)


def _script(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Return the diagram and its process, which is the script's key."""
    for name, content in files.items():
        for process in _processes(name, content):
            if not re.fullmatch(KEY, process):
                raise DeploymentRefused(
                    f"The process id {process!r} can't be a script's key: letters, digits and _ with a letter first."
                )
            return name, process
    raise DeploymentRefused(
        "No BPMN diagram with a process is among the files. Deploy the script's diagram, and attach forms and decisions"
        " to it."
    )


def _processes(name: str, content: bytes) -> list[str]:
    if not name.endswith(".bpmn"):
        return []
    try:
        root = read_tree(content)
    except etree.XMLSyntaxError:
        return []
    return [process.get("id") or "" for process in root.iter(bpmn("process")) if process.get("isExecutable") == "true"]
