"""Checking the files of a script: everything that is wrong with them, and what closing needs of them.

The engine accepts a good deal that would fail later (a process that is not executable makes no definition, a form that
is not there is a 404 while a customer waits), so it is found here. Nothing of what is checked is ever run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from functions.catalogue import Catalogue
from player_api.forms.form import Form
from player_api.releases.calls import Files, Others, gather, script_findings
from player_api.releases.checks.allowed import code_findings
from player_api.releases.checks.decisions import decision_findings
from player_api.releases.checks.errors_caught import uncaught_findings
from player_api.releases.checks.form_texts import form_text_findings
from player_api.releases.checks.graph import MOST_ELEMENTS, count_elements
from player_api.releases.checks.reading import reading_findings
from player_api.releases.checks.structure import structure_findings
from player_api.releases.checks.timers import timer_findings
from player_api.releases.checks.variables import given_variables, mapped_variables
from player_api.releases.checks.ways import way_findings
from player_api.releases.forms import binding_findings, read_forms, search_findings
from player_api.releases.functions import FunctionCall, call_findings, function_calls, variables_made
from player_api.releases.idle_limits import idle_limits
from player_api.releases.namespaces import bpmn
from player_api.releases.rules import Finding, Rule, Severity
from player_api.releases.starts import start_findings
from player_api.releases.trees import read_tree


def no_others(_key: str) -> None:
    """There are no other scripts."""
    return


@dataclass(frozen=True)
class Checked:
    """What was read of a script's files, and found in them.

    Attributes:
        script: its key.
        own: names of its own files.
        files: contents of these and of those of the scripts that are called, by name.
        trees: roots of diagrams and decisions by file.
        forms: with their files, by form id.
        process: of the script itself, None where there is none.
        calls: of integration functions.
        catalogue: that these were looked up in.
        idle_limits: as store.releases.ReleaseContent has them.
        findings: everything that was found, errors first.
    """

    script: str
    own: frozenset[str]
    files: Mapping[str, bytes]
    trees: Mapping[str, "etree._Element"]
    forms: Mapping[str, tuple[str, Form]]
    process: "etree._Element | None"
    calls: Sequence[FunctionCall]
    catalogue: Catalogue
    idle_limits: Mapping[str, float]
    findings: Sequence[Finding]

    @property
    def errors(self) -> list[Finding]:
        """What keeps it from being released."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


def check(script: str, files: Files, catalogue: Catalogue, others: Others = no_others) -> Checked:
    """Check the files of a script, with those of the scripts that it calls.

    Args:
        script: key of the script: the id of its process.
        files: contents by name, as an author made them.
        catalogue: the integration functions that are declared now.
        others: gives the scripts that it may call.
    """
    findings: list[Finding] = []
    gathered = gather(files, others, findings)
    forms = read_forms(gathered, findings)
    trees = dict(_trees(gathered, findings))
    process = _process(script, {name: tree for name, tree in trees.items() if name in files}, findings)
    calls = function_calls(trees)
    called = [catalogue.functions[call.topic] for call in calls if call.topic in catalogue.functions]
    made = variables_made(trees.values(), (form for _, form in forms.values()), called)
    limits: Mapping[str, float] = {}
    if process is not None:
        file = _file_of(process, trees)
        findings += start_findings(file, process)
        limits = idle_limits(file, process, findings)
    findings += _findings(trees, forms, catalogue, calls, made)
    return Checked(
        script,
        frozenset(files),
        gathered,
        trees,
        forms,
        process,
        calls,
        catalogue,
        limits,
        sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR),
    )


_IN_BETTER_WORDS = frozenset({Rule.FORM_BINDING, Rule.CALLED_SCRIPT, Rule.START_EVENT, Rule.DECISION})
"""Rules whose sentence about an element says more than that something in it would run code."""


def _findings(
    trees: Mapping[str, "etree._Element"],
    forms: Mapping[str, tuple[str, Form]],
    catalogue: Catalogue,
    calls: Sequence[FunctionCall],
    made: frozenset[str],
) -> list[Finding]:
    known = made.union(*map(given_variables, trees.values()))
    found: list[Finding] = []
    for name, tree in trees.items():
        found += _process_findings(name, tree)
        found += structure_findings(name, tree)
        found += binding_findings(name, tree, forms)
        found += timer_findings(name, tree)
        found += way_findings(name, tree)
    found += form_text_findings(forms, known.union(*map(mapped_variables, trees.values())))
    found += search_findings(forms, catalogue)
    found += script_findings(trees)
    found += decision_findings(trees, known)
    found += [finding for call in calls for finding in call_findings(call, catalogue, known)]
    found += uncaught_findings(trees, calls, catalogue)
    said = {(finding.file, finding.element) for finding in found if finding.rule in _IN_BETTER_WORDS}
    found += [each for each in code_findings(trees, known) if (each.file, each.element) not in said]
    found += reading_findings(trees, forms, catalogue)
    return found


def _file_of(process: "etree._Element", trees: Mapping[str, "etree._Element"]) -> str:
    root = process.getroottree().getroot()
    return next(name for name, tree in trees.items() if tree is root)


def _trees(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, "etree._Element"]]:
    for name in (name for name in files if name.endswith((".bpmn", ".dmn"))):
        try:
            tree = read_tree(files[name])
        except etree.XMLSyntaxError as error:
            findings.append(Rule.NOT_XML.at(name, None, f"это не XML: {error.msg}", f"this is not XML: {error.msg}"))
            continue
        if tree.getroottree().docinfo.internalDTD is not None:
            findings.append(
                Rule.DOCUMENT_TYPE.at(
                    name, None, "тип документа (DOCTYPE) не допускается", "a document type is not allowed"
                )
            )
        number = count_elements(tree)
        if number > MOST_ELEMENTS:
            findings.append(
                Rule.TOO_MANY_ELEMENTS.at(
                    name,
                    None,
                    f"в диаграмме {number} элементов, можно не больше {MOST_ELEMENTS}: вынесите части в другие скрипты",
                    f"the diagram has {number} elements, at most {MOST_ELEMENTS} may be: let other scripts do parts",
                )
            )
            continue
        yield name, tree


def _process(script: str, trees: Mapping[str, "etree._Element"], findings: list[Finding]) -> "etree._Element | None":
    processes = [(name, process) for name, tree in trees.items() for process in tree.iter(bpmn("process"))]
    for _, process in processes:
        if process.get("id") == script:
            return process
    for name, process in processes:
        findings.append(
            Rule.PROCESS_ID.at(
                name,
                process.get("id"),
                f"у процесса должен быть id {script!r}",
                f"a process must have the id {script!r}",
            )
        )
    unread = {finding.file for finding in findings if finding.file.endswith(".bpmn")}
    if not processes and not unread:
        findings.append(Rule.NO_PROCESS.at(script, None, "нет ни одного процесса", "there is no process"))
    return None


def _process_findings(name: str, tree: "etree._Element") -> Iterator[Finding]:
    for process in tree.iter(bpmn("process")):
        if process.get("isExecutable") != "true":
            yield Rule.NOT_EXECUTABLE.at(
                name,
                process.get("id"),
                "процесс не отмечен как исполняемый (executable)",
                "the process is not marked as executable",
            )
