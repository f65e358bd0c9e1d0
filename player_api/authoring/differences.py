"""Two states of a script side by side: releases, or the draft."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from player_api.authoring.closing import DraftClosing, executed
from player_api.authoring.desk import DraftDesk
from player_api.authoring.published import PublishedFiles
from player_api.releases.diff import Change, diff
from player_api.releases.errors import ReleaseRefused

State = int | Literal["draft"]


@dataclass(frozen=True)
class Differences:
    """Compares what was published, and what is being changed.

    Attributes:
        desk: reads drafts.
        closing: closes them.
        published: what releases are made of.
    """

    desk: DraftDesk
    closing: DraftClosing
    published: PublishedFiles

    async def between(self, script: str, before: State, after: State) -> list[Change]:
        """Say what is different between two states.

        Both are compared as they are closed, with the scripts that they call and what they rely on of functions. A
        draft that can't be closed yet is compared as its author has it, and the other state too.

        Raises:
            DraftUnknown: the script has no draft.
            ReleaseUnknown: there is no such release.
            StoreUnavailable: the database cannot be reached.
        """
        try:
            files = await self._closed(script, before), await self._closed(script, after)
        except ReleaseRefused:
            files = await self._as_made(script, before), await self._as_made(script, after)
        return await asyncio.to_thread(diff, *files)

    async def _closed(self, script: str, state: State) -> Mapping[str, bytes]:
        if state == "draft":
            return (await self.closing.close(await self.desk.read(script))).content.files
        return await self.published.files(script, state, "closed")

    async def _as_made(self, script: str, state: State) -> Mapping[str, bytes]:
        if state == "draft":
            return executed((await self.desk.read(script)).files)
        return executed(await self.published.files(script, state, "sources"))
