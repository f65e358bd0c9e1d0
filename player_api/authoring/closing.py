"""Checking and closing a draft: everything that is wrong with it, and what publishing it would make."""

import asyncio
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from functions.declaration import Function
from player_api.authoring.brought import Brought, with_brought
from player_api.authoring.files import EXECUTED
from player_api.functions.desk import DeclarationDesk
from player_api.releases.check import Checked, check
from player_api.releases.close import closed
from player_api.releases.errors import ReleaseRefused
from player_api.releases.others import read_others
from player_api.releases.rules import Finding
from store.drafts import Draft, Drafts
from store.release_files import ReleaseFiles
from store.releases import ReleaseContent


@dataclass(frozen=True)
class ClosedDraft:
    """A draft that may be published.

    Attributes:
        content: what its release is made of.
        functions: those that it brings, to be declared (`DeclarationDesk.declare`) before it is published.
    """

    content: ReleaseContent
    functions: tuple[Function, ...]


@dataclass(frozen=True)
class DraftClosing:
    """Closes drafts.

    Attributes:
        drafts: all of them.
        releases: what was published.
        declarations: of integration functions.
    """

    drafts: Drafts
    releases: ReleaseFiles
    declarations: DeclarationDesk

    async def check(self, draft: Draft) -> list[Finding]:
        """Say everything that is wrong with a draft; nothing of it is run.

        The scripts that it calls are taken as they were published last. One that never was is taken from its draft.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        brought, checked = await self._checked(draft)
        return [*brought.findings, *checked.findings]

    async def close(self, draft: Draft) -> ClosedDraft:
        """Check a draft and close it; nothing is written.

        Raises:
            ReleaseRefused: with everything that is wrong.
            StoreUnavailable: the database cannot be reached.
        """
        brought, checked = await self._checked(draft)
        if brought.findings:
            raise ReleaseRefused([*brought.findings, *checked.findings])
        content = await asyncio.to_thread(closed, checked)
        return ClosedDraft(dataclasses.replace(content, sources=draft.files), tuple(brought.functions.values()))

    async def _checked(self, draft: Draft) -> tuple[Brought, Checked]:
        published = await self.releases.latest_sources(draft.script)
        brought = await with_brought(draft.script, draft.files, published or {}, self.declarations)
        files = executed(draft.files)
        others = await read_others(files, self._called)
        return brought, await asyncio.to_thread(check, draft.script, files, brought.catalogue, others)

    async def _called(self, script: str) -> Mapping[str, bytes] | None:
        published = await self.releases.latest_sources(script)
        if published is not None:
            return executed(published)
        draft = await self.drafts.read(script)
        return None if draft is None else executed(draft.files)


def executed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those files of a script that the engine executes."""
    return {name: content for name, content in files.items() if name.endswith(EXECUTED)}
