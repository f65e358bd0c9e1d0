"""Closing a draft: what publishing it would make, or everything that is wrong with it."""

import asyncio
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from functions.declaration import Function
from player_api.authoring.brought import with_brought
from player_api.authoring.files import EXECUTED
from player_api.functions.desk import DeclarationDesk
from player_api.releases.close import close
from player_api.releases.errors import Finding, ReleaseRefused
from player_api.releases.others import read_others
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

    async def close(self, draft: Draft) -> ClosedDraft:
        """Check a draft and close it; nothing is written.

        The scripts that it calls are taken as they were published last. One that never was is taken from its draft.

        Raises:
            ReleaseRefused: with everything that is wrong.
            StoreUnavailable: the database cannot be reached.
        """
        published = await self.releases.latest_sources(draft.script)
        brought = await with_brought(draft.script, draft.files, published or {}, self.declarations)
        findings = [Finding(refusal.file, None, refusal.en) for refusal in brought.refusals]
        files = executed(draft.files)
        others = await read_others(files, self._called)
        try:
            content = await asyncio.to_thread(close, draft.script, files, brought.catalogue, others)
        except ReleaseRefused as error:
            raise ReleaseRefused([*findings, *error.findings]) from error
        if findings:
            raise ReleaseRefused(findings)
        return ClosedDraft(dataclasses.replace(content, sources=draft.files), tuple(brought.functions.values()))

    async def _called(self, script: str) -> Mapping[str, bytes] | None:
        published = await self.releases.latest_sources(script)
        if published is not None:
            return executed(published)
        draft = await self.drafts.read(script)
        return None if draft is None else executed(draft.files)


def executed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those files of a script that the engine executes."""
    return {name: content for name, content in files.items() if name.endswith(EXECUTED)}
