"""What a script calls: other scripts and decisions, all of them part of its release."""

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule
from player_api.releases.trees import read_tree
from runtime import correlation

Files = Mapping[str, bytes]
Others = Callable[[str], Files | None]
"""Gives the files of another script by its key, None where there is no such script."""
Trees = Mapping[str, "etree._Element"]  # noqa: SLF001  lxml has no other name for it

BUSINESS_KEY = "#{execution.processBusinessKey}"
"""Hands the session's id down, so that one query finds steps at any depth of calls."""
OF_A_SESSION = (correlation.VARIABLE, "tenant", "customer")
"""Variables that every script of a session has."""
MOST_SCRIPTS = 50
"""That a release may hold besides its own."""


def gather(files: Files, others: Others, findings: list[Finding]) -> dict[str, bytes]:
    """Add the scripts that are called, and those that these call, to the files of a script.

    Args:
        files: of the script itself.
        others: gives other scripts.
        findings: takes what is wrong: there are too many of them.

    Returns:
        All files by name; names of other scripts' files begin with their key and a slash.
    """
    gathered = dict(files)
    processes, left = processes_and_calls(files)
    seen: set[str] = set()
    while left:
        key = left.pop()
        if key in seen or key in processes:
            continue
        if len(seen) == MOST_SCRIPTS:
            findings.append(_too_many(next(iter(files), key)))
            break
        seen.add(key)
        found = others(key)
        if found is not None:
            gathered |= {f"{key}/{name}": content for name, content in found.items()}
            more, calls = processes_and_calls(found)
            processes |= more
            left |= calls
    return gathered


def _too_many(file: str) -> Finding:
    return Rule.TOO_MANY_SCRIPTS.at(
        file,
        None,
        f"вместе с вызываемыми получается больше {MOST_SCRIPTS} скриптов",
        f"with those that are called there are more than {MOST_SCRIPTS} scripts",
    )


def processes_and_calls(files: Files) -> tuple[set[str], set[str]]:
    """Return the ids of the processes in the files of a script, and the keys of the scripts that these call."""
    processes: set[str] = set()
    calls: set[str] = set()
    for name in (name for name in files if name.endswith(".bpmn")):
        try:
            tree = read_tree(files[name])
        except etree.XMLSyntaxError:
            continue  # said where all files are read
        processes |= {process.get("id") or "" for process in tree.iter(bpmn("process"))}
        calls |= {call.get("calledElement") or "" for call in tree.iter(bpmn("callActivity"))}
    return processes, calls


def script_findings(trees: Trees) -> Iterator[Finding]:
    """Say which call activities and decisions lead to nothing, and which scripts would never come to an end."""
    places: dict[str, str] = {}
    for name, tree in trees.items():
        for process in tree.iter(bpmn("process")):
            key = process.get("id") or ""
            if key in places:
                yield Rule.DUPLICATE_ID.at(
                    name,
                    key,
                    f"процесс с таким же id есть в {places[key]}",
                    f"{places[key]} has a process with the same id",
                )
            places.setdefault(key, name)
    graph = {caller: calls for tree in trees.values() for caller, calls in _calls(tree)}
    decisions = {decision.get("id") for tree in trees.values() for decision in tree.iter("{*}decision")}
    for name, tree in trees.items():
        for caller, calls in _calls(tree):
            for element, called in calls.items():
                if wrong := _wrong_call(caller, called, graph):
                    rule, ru, en = wrong
                    yield rule.at(name, element, ru, en)
        for task in tree.iter(bpmn("businessRuleTask")):
            decision = task.get(camunda("decisionRef"))
            if decision is not None and "{" not in decision and decision not in decisions:
                yield Rule.DECISION.at(
                    name, task.get("id"), f"решения {decision!r} нет", f"there is no decision {decision!r}"
                )


def _calls(tree: "etree._Element") -> Iterator[tuple[str, dict[str, str]]]:
    for process in tree.iter(bpmn("process")):
        calls = {call.get("id") or "": call.get("calledElement") or "" for call in process.iter(bpmn("callActivity"))}
        yield process.get("id") or "", calls


def _wrong_call(process: str, called: str, graph: Mapping[str, Mapping[str, str]]) -> tuple[Rule, str, str] | None:
    if not called:
        return Rule.CALLED_SCRIPT, "не сказано, какой скрипт вызывается", "it does not say which script it calls"
    if "{" in called:
        return (
            Rule.CALLED_SCRIPT,
            "вызываемый скрипт должен быть назван, а не вычислен",
            "which script it calls must be written there, not computed",
        )
    if called not in graph:
        return (
            Rule.CALLED_SCRIPT,
            f"вызывается {called!r}, но такого скрипта нет",
            f"it calls {called!r}, but there is no such script",
        )
    if not (way := _way(called, process, graph)):
        return None
    shown = " → ".join([process, *way])
    return Rule.ENDLESS_CALLS, f"скрипт вызывает сам себя: {shown}", f"it calls itself: {shown}"


def _way(start: str, end: str, graph: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The processes on a way of calls from one to another, both included; empty where there is none."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        for called in graph.get(way[-1], {}).values():
            if called not in seen or called == end:
                seen.add(called)
                ways.append([*way, called])
    return []


def _hand_down(extension: "etree._Element") -> None:
    """Give a called script the session's id, and what tells its functions for whom they are called."""
    mapped = extension.findall(camunda("in"))
    for node in mapped:
        if node.get("businessKey") is not None or node.get("target") in OF_A_SESSION:
            extension.remove(node)
    etree.SubElement(extension, camunda("in"), businessKey=BUSINESS_KEY)
    if not any(node.get("variables") == "all" for node in mapped):
        for name in OF_A_SESSION:
            etree.SubElement(extension, camunda("in"), source=name, target=name)


def bind_calls(tree: "etree._Element") -> None:
    """Make call activities and decisions take what was deployed with them, and hand the session's id down."""
    for call in tree.iter(bpmn("callActivity")):
        for attribute in ("calledElementVersion", "calledElementVersionTag"):
            call.attrib.pop(camunda(attribute), "")
        call.set(camunda("calledElementBinding"), "deployment")
        extension = call.find(bpmn("extensionElements"))
        if extension is None:
            extension = etree.Element(bpmn("extensionElements"))
            call.insert(len(call.findall(bpmn("documentation"))), extension)
        _hand_down(extension)
    for task in tree.iter(bpmn("businessRuleTask")):
        if task.get(camunda("decisionRef")) is not None:
            for attribute in ("decisionRefVersion", "decisionRefVersionTag"):
                task.attrib.pop(camunda(attribute), "")
            task.set(camunda("decisionRefBinding"), "deployment")
