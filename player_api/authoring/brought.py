"""Integration functions that a script brings: declarations in its folder ``functions``.

They are checked as if they were declared, and are declared when the script is published. One that is as it was in the
script's newest release is left as it is in force: its deadline or cache may have been changed since. A function that
other scripts use keeps its inputs, outputs and errors: what these scripts rely on is changed for all of them at once,
not beside one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.catalogue import Catalogue
from functions.declaration import Function
from functions.errors import Mistake
from functions.reading import Source
from player_api.functions.desk import DeclarationDesk
from player_api.releases.rules import Finding, Rule

_FOLDER = "functions/"


@dataclass(frozen=True)
class Brought:
    """What would be declared once a script with its functions is published.

    Attributes:
        catalogue: everything that would be declared, those in force where the brought ones have mistakes.
        functions: those that the script brings, by name.
        findings: what is wrong with them.
    """

    catalogue: Catalogue
    functions: Mapping[str, Function]
    findings: tuple[Finding, ...] = ()


async def with_brought(
    script: str, files: Mapping[str, bytes], published: Mapping[str, bytes], declarations: DeclarationDesk
) -> Brought:
    """Read the functions that a script brings among those that are declared.

    Args:
        script: key of the script.
        files: of the script, by name.
        published: those of its newest release; empty where it has none.
        declarations: what is declared.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    in_force = await declarations.now()
    names = [
        name
        for name in files
        if name.startswith(_FOLDER)
        and not (_function(name) in in_force.functions and files[name] == published.get(name))
    ]
    if not names:
        return Brought(in_force, {})
    sources, findings = [], []
    for name in names:
        try:
            sources.append(Source(name.removeprefix(_FOLDER), files[name].decode()))
        except UnicodeDecodeError:
            findings.append(_finding(name, "файл не в UTF-8", "the file is not UTF-8"))
    loaded = await declarations.with_changes(sources)
    brought_files = {source.file for source in sources}
    findings += [_mistake(mistake) for mistake in loaded.mistakes if mistake.file in brought_files]
    functions = {
        name: function for name, function in loaded.catalogue.functions.items() if f"{name}.yaml" in brought_files
    }
    for name, function in functions.items():
        if name in in_force.functions and _contract(function) != _contract(in_force.functions[name]):
            users = {use.script for use in await declarations.uses(name)} - {script}
            findings += _incompatible(name, sorted(users))
    return Brought(loaded.catalogue, functions, tuple(findings))


def _function(name: str) -> str:
    return name.removeprefix(_FOLDER).removesuffix(".yaml")


def _contract(function: Function) -> dict[str, object]:
    return function.model_dump(mode="json", include={"inputs", "outputs", "errors"})


def _incompatible(name: str, users: list[str]) -> Iterator[Finding]:
    if users:
        yield _finding(
            f"{_FOLDER}{name}.yaml",
            f"меняет входы, результаты или ошибки функции, которую вызывают и другие скрипты: {', '.join(users)}",
            f"it changes inputs, outputs or errors of a function that other scripts call too: {', '.join(users)}",
        )


def _mistake(mistake: Mistake) -> Finding:
    file, line, sentence = f"{_FOLDER}{mistake.file}", mistake.line, mistake.sentence
    return _finding(file, f"строка {line}: {sentence}", f"line {line}: {sentence}")


def _finding(file: str, ru: str, en: str) -> Finding:
    return Rule.FUNCTION_DECLARATION.at(file, None, ru, en)
