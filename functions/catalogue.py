"""All functions and systems together: loaded from files, checked against each other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from feel import BundleError, Evaluator, FeelError
from functions.consistency import confirm_contradictions, contradictions, group_contradictions, undo_contradictions
from functions.declaration import Function
from functions.errors import DeclarationError, Mistake
from functions.fields import Location
from functions.reading import Document, Source, parse, read_document
from functions.systems import System

_Declaration = TypeVar("_Declaration", System, Function)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Functions and systems that fit together, by name."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)

    def error_codes(self, function: Function) -> frozenset[str] | None:
        """The BPMN errors that a function may end with; None where a plug-in decides about them."""
        if function.call.python is not None:
            return None
        codes = frozenset(rule.bpmn_error for rule in function.errors)
        group = function.call.group
        if group is None or group.partial:
            return codes
        members = [self.error_codes(self.functions[name]) for name in group.functions.values()]
        known = [found for found in members if found is not None]
        return codes.union(*known) if len(known) == len(members) else None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What could be loaded, and what is wrong with the rest.

    Attributes:
        catalogue: the declarations without mistakes whose systems have none either.
        mistakes: everything that was found, by file and line.
    """

    catalogue: Catalogue
    mistakes: tuple[Mistake, ...]

    def sound(self) -> Catalogue:
        """The catalogue, where nothing is wrong.

        Raises:
            DeclarationError: something is.
        """
        if self.mistakes:
            raise DeclarationError(self.mistakes)
        return self.catalogue


def sources_in(folder: Path) -> list[Source]:
    """Read the declarations of a folder: ``NAME.yaml`` for functions, ``systems/NAME.yaml`` for systems.

    Raises:
        OSError: the folder or a file can't be read.
        UnicodeDecodeError: a file is not UTF-8.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no folder {folder}")
    paths = sorted([*folder.glob("*.yaml"), *folder.glob("systems/*.yaml")])
    return [Source(str(path.relative_to(folder)), path.read_text(encoding="utf-8")) for path in paths]


def load(sources: Iterable[Source], evaluator: Evaluator) -> Loaded:
    """Read declarations and check them, each alone and against each other; mistakes never stop the rest."""
    return _Loading(evaluator).run(sources)


def load_changed(sources: Iterable[Source], changed: Source, evaluator: Evaluator) -> Catalogue:
    """What would be declared with one declaration changed; mistakes of others are left to others.

    Raises:
        DeclarationError: the changed one has mistakes, alone or with the others.
    """
    loaded = load([*(source for source in sources if source.file != changed.file), changed], evaluator)
    if mistakes := [mistake for mistake in loaded.mistakes if mistake.file == changed.file]:
        raise DeclarationError(mistakes)
    return loaded.catalogue


class _Loading:
    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._mistakes: list[Mistake] = []
        self._documents: dict[str, Document] = {}
        self._systems: dict[str, System] = {}
        self._functions: dict[str, Function] = {}

    def run(self, sources: Iterable[Source]) -> Loaded:
        for source in sources:
            self._read(source)
        unsound = {name for name, function in self._functions.items() if self._note(name, self._all_of(function))}
        sound = {name: function for name, function in self._functions.items() if name not in unsound}
        return Loaded(Catalogue(sound, self._systems), tuple(sorted(self._mistakes)))

    def _read(self, source: Source) -> None:
        document = read_document(source)
        if isinstance(document, Mistake):
            self._mistakes.append(document)
        elif PurePosixPath(source.file).parent.name == "systems":
            self._keep(parse(System, document), document, self._systems)
        else:
            self._keep(parse(Function, document), document, self._functions)

    def _keep(self, parsed: _Declaration | list[Mistake], document: Document, kept: dict[str, _Declaration]) -> None:
        if isinstance(parsed, list):
            self._mistakes.extend(parsed)
        elif parsed.name != PurePosixPath(document.file).stem:
            self._mistakes.append(document.mistake(("name",), f"name: {parsed.name} belongs in {parsed.name}.yaml"))
        else:
            kept[parsed.name] = parsed
            if isinstance(parsed, Function):
                self._documents[parsed.name] = document

    def _note(self, name: str, found: Iterator[tuple[Location, str]]) -> bool:
        document = self._documents[name]
        mistakes = [document.mistake(at, f"{'.'.join(map(str, at))}: {sentence}") for at, sentence in found]
        self._mistakes.extend(mistakes)
        return bool(mistakes)

    def _all_of(self, function: Function) -> Iterator[tuple[Location, str]]:
        yield from contradictions(function)
        yield from self._references(function)
        for at, expression in function.expressions():
            try:
                self._evaluator.check(expression)
            except (FeelError, BundleError) as error:
                yield at, str(error)

    def _references(self, function: Function) -> Iterator[tuple[Location, str]]:
        if function.system is not None and function.system not in self._systems:
            yield ("system",), f"there is no sound system {function.system}"
        named: list[tuple[Location, str | None]] = [(("undo",), function.undo), (("confirm",), function.confirm)]
        named += [(("invalidates", index), name) for index, name in enumerate(function.invalidates)]
        for at, name in named:
            if name is not None and name not in self._functions:
                yield at, f"there is no function {name}"
        if function.call.group is not None:
            yield from group_contradictions(function, self._functions)
        if function.undo is not None and function.undo in self._functions:
            yield from undo_contradictions(function, self._functions[function.undo])
        if function.confirm is not None and function.confirm in self._functions:
            yield from confirm_contradictions(function, self._functions[function.confirm])
