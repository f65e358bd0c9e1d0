"""Reading and writing declarations, checked as a whole before anything is stored."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from feel import Evaluator
from functions.catalogue import Catalogue, Loaded, load, load_changed
from functions.declaration import Function
from functions.errors import DeclarationError
from functions.publication.element_templates import Language, element_templates
from functions.reading import Source
from functions.sources import as_source, sources_in_force
from functions.systems import System
from player_api.functions.errors import DeclarationRefused, DeclarationUnknown, RevisionChanged
from player_api.functions.known import KnownDeclarations
from player_api.functions.models import Change, Declaration, RevisionInfo, Summary
from store.declarations import Declarations, Kind, Revision
from store.uses import Use


@dataclass(frozen=True)
class DeclarationDesk:
    """Declarations of files and store as one.

    Attributes:
        folder: with the files.
        stored: the revisions.
        evaluator: checks expressions.
    """

    folder: Path
    stored: Declarations
    evaluator: Evaluator

    async def summaries(self, kind: Kind) -> list[Summary]:
        """Return everything of a kind that is in force, by name.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        numbers = {item.name: item.number for item in await self.stored.in_force() if item.kind is kind}
        return [
            Summary(
                name=name,
                title=_document(item)["title"],
                system=item.system if isinstance(item, Function) else None,
                effect=item.effect if isinstance(item, Function) else None,
                revision=numbers.get(name, 0),
            )
            for name, item in sorted(_of(await self._catalogue(), kind).items())
        ]

    async def read(self, kind: Kind, name: str) -> Declaration:
        """Return a declaration with its revisions.

        Raises:
            DeclarationUnknown: there is none.
            StoreUnavailable: the database cannot be reached.
        """
        found = _of(await self._catalogue(), kind).get(name)
        if found is None:
            raise DeclarationUnknown(f"there is no {kind} {name}")
        revisions = await self.stored.revisions(kind, name)
        return Declaration(
            name=name,
            revision=revisions[0].number if revisions else 0,
            digest=_digest(found),
            declaration=_document(found),
            revisions=[
                RevisionInfo(
                    number=item.number, digest=item.digest, created_at=item.created_at, created_by=item.created_by
                )
                for item in revisions
            ],
        )

    async def function(self, name: str) -> Function | None:
        """Return a function's declaration that was in force at most some seconds ago, or None.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return (await self.known()).functions.get(name)

    async def known(self) -> Catalogue:
        """Return what was in force at most some seconds ago, which mostly costs nothing.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return await self._known.catalogue()

    async def now(self) -> Catalogue:
        """Return what is in force at this moment, for what a release pins.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        self._known.forget()
        return await self.known()

    async def write(self, kind: Kind, name: str, change: Change, author: str) -> Declaration:
        """Make a revision of a declaration; workers use it within seconds.

        Raises:
            DeclarationRefused: it has mistakes, alone or with the others.
            RevisionChanged: it is not based on the revision in force.
            StoreUnavailable: the database cannot be reached.
        """
        changed = as_source(kind, name, change.declaration)
        try:
            catalogue = load_changed(await self._sources(), changed, self.evaluator)
        except DeclarationError as error:
            raise DeclarationRefused(error.mistakes) from error
        found = _of(catalogue, kind)[name]
        number, now = change.revision + 1, datetime.now(UTC)
        if not await self.stored.add(Revision(kind, name, number, _digest(found), _document(found), now, author)):
            raise RevisionChanged("read the declaration again, and make the change on its present revision")
        self._known.forget()
        return await self.read(kind, name)

    async def declare(self, functions: Iterable[Function], author: str) -> list[str]:
        """Make revisions of functions that were found sound together by `with_changes`; equal ones are left alone.

        Returns:
            The names of those that have a new revision.

        Raises:
            RevisionChanged: somebody has written one of them at this moment; those before it are declared.
            StoreUnavailable: the database cannot be reached.
        """
        in_force, declared = (await self._catalogue()).functions, []
        for function in functions:
            name, digest = function.name, _digest(function)
            if name in in_force and _digest(in_force[name]) == digest:
                continue
            revisions = await self.stored.revisions(Kind.FUNCTION, name)
            number = revisions[0].number + 1 if revisions else 1
            revision = Revision(Kind.FUNCTION, name, number, digest, _document(function), datetime.now(UTC), author)
            if not await self.stored.add(revision):
                raise RevisionChanged(f"somebody has changed {name} at this moment")
            declared.append(name)
        self._known.forget()
        return declared

    async def with_changes(self, changed: Sequence[Source]) -> Loaded:
        """Return what would be declared with some declarations in place of those in force; nothing is written.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        files = {source.file for source in changed}
        kept = [source for source in await self._sources() if source.file not in files]
        return load([*kept, *changed], self.evaluator)

    async def element_templates(self, language: Language) -> list[dict[str, Any]]:
        """Return what a modeler is told of the functions in force.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return element_templates(await self._catalogue(), language)

    async def uses(self, name: str) -> list[Use]:
        """Return where releases that the engine holds call a function.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return await self.stored.uses(name)

    @cached_property
    def _known(self) -> KnownDeclarations:
        return KnownDeclarations(self._sources, self.evaluator)

    async def _sources(self) -> list[Source]:
        return await sources_in_force(self.folder, self.stored)

    async def _catalogue(self) -> Catalogue:
        return load(await self._sources(), self.evaluator).catalogue


def _of(catalogue: Catalogue, kind: Kind) -> "dict[str, Function | System]":
    return dict(catalogue.functions if kind is Kind.FUNCTION else catalogue.systems)


def _document(item: "Function | System") -> dict[str, Any]:
    return item.model_dump(mode="json", exclude_defaults=True)


def _digest(item: "Function | System") -> str:
    whole = json.dumps(item.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
