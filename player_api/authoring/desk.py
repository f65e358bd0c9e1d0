"""Reading and changing drafts."""

from collections.abc import Mapping

from player_api.authoring.errors import DraftChanged, DraftExists, DraftFileUnknown, DraftUnknown, VersionMissing
from player_api.authoring.files import require_files
from player_api.authoring.titles import titles_of
from player_api.sessions.context import Caller
from store.authored_scripts import AuthoredScript
from store.contents import digest_of
from store.drafts import Draft, DraftChange, DraftOutline, Drafts, NewVersion


class DraftDesk:
    """What authors do with drafts.

    Args:
        drafts: where they are kept.
    """

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def scripts(self) -> list[AuthoredScript]:
        """Return all scripts that have a draft or a release."""
        return await self._drafts.scripts()

    async def outline(self, script: str) -> DraftOutline:
        """Return a draft without contents.

        Raises:
            DraftUnknown: the script has none.
        """
        outline = await self._drafts.outline(script)
        if outline is None:
            raise DraftUnknown(f"the script {script} has no draft")
        return outline

    async def read(self, script: str) -> Draft:
        """Return a draft with its files.

        Raises:
            DraftUnknown: the script has none.
        """
        draft = await self._drafts.read(script)
        if draft is None:
            raise DraftUnknown(f"the script {script} has no draft")
        return draft

    async def file(self, script: str, name: str, version: int | None = None) -> bytes:
        """Return a file as it is, or as it was at a version.

        Raises:
            DraftFileUnknown: it is not there.
        """
        content = await self._drafts.file(script, name, version)
        if content is None:
            raise DraftFileUnknown(f"the draft of {script} has no file {name}")
        return content

    async def history(self, script: str, before: int | None, limit: int) -> list[DraftChange]:
        """Return the changes of a draft, the newest first; also of one that was deleted.

        Args:
            script: key of the script.
            before: only versions before this one; None for all.
            limit: of versions.

        Raises:
            DraftUnknown: the script never had one.
        """
        changes = await self._drafts.history(script, before=before, limit=limit)
        if not changes and before is None:
            raise DraftUnknown(f"the script {script} has no draft")
        return changes

    async def create(
        self, caller: Caller, script: str, files: Mapping[str, bytes], based_on: int | None = None
    ) -> DraftOutline:
        """Begin a draft.

        Raises:
            DraftExists: the script has one.
            FilesRefused: a script can't have such files.
        """
        require_files({name: len(content) for name, content in files.items()})
        new = NewVersion(script, files, caller.name, caller.correlation_id, titles_of(script, files), based_on)
        outline = await self._drafts.create(new)
        if outline is None:
            raise DraftExists(f"the script {script} has a draft")
        return outline

    async def put(
        self,
        caller: Caller,
        script: str,
        version: int | None,
        files: Mapping[str, bytes],
        based_on: int | None = None,
    ) -> DraftOutline:
        """Make a draft hold these files and no others; where there is none it is begun.

        Args:
            caller: who does.
            script: key of the script.
            version: of the draft that the author has seen; needed where there is one.
            files: contents by name.
            based_on: the release that they come from.

        Raises:
            VersionMissing: there is a draft, and no version is given.
            DraftChanged: the draft is not at that version.
            FilesRefused: a script can't have such files.
        """
        outline = await self._drafts.outline(script)
        if outline is None:
            return await self.create(caller, script, files, based_on)
        if version is None:
            raise VersionMissing("the script has a draft: say in If-Match which version of it is to be replaced")
        gone = {file.name: None for file in outline.files if file.name not in files}
        return await self.change(caller, script, version, {**files, **gone}, based_on)

    async def change(
        self,
        caller: Caller,
        script: str,
        version: int,
        files: Mapping[str, bytes | None],
        based_on: int | None = None,
    ) -> DraftOutline:
        """Write and delete files of a draft; what is equal already makes no new version.

        Args:
            caller: who does.
            script: key of the script.
            version: of the draft that the author has seen.
            files: contents by name; None deletes a file.
            based_on: the release that they come from; None where that is as it was.

        Raises:
            DraftUnknown: the script has none.
            DraftChanged: it is not at that version.
            FilesRefused: a script can't have such files.
        """
        outline = await self.outline(script)
        if outline.version != version:
            raise DraftChanged(outline)
        changed = _changed(outline, files)
        if not changed and based_on in {None, outline.based_on}:
            return outline
        written = {name: content for name, content in changed.items() if content is not None}
        kept = {file.name: file.size for file in outline.files if file.name not in changed}
        require_files(kept | {name: len(content) for name, content in written.items()})
        titles = titles_of(script, written)
        new = NewVersion(script, changed, caller.name, caller.correlation_id, titles, based_on)
        made = await self._drafts.change(version, new)
        if made is None:
            raise DraftChanged(await self.outline(script))
        return made

    async def delete(self, caller: Caller, script: str, version: int, name: str) -> DraftOutline:
        """Delete a file of a draft.

        Raises:
            DraftFileUnknown: the draft has no such file.
            DraftUnknown, DraftChanged: as `change`.
        """
        changed = await self.change(caller, script, version, {name: None})
        if changed.version == version:
            raise DraftFileUnknown(f"the draft of {script} has no file {name}")
        return changed

    async def discard(self, caller: Caller, script: str, version: int) -> None:
        """Delete a draft; its history and its script's releases stay.

        Raises:
            DraftUnknown: the script has none.
            DraftChanged: it is not at that version.
        """
        outline = await self.outline(script)
        gone = {file.name: None for file in outline.files}
        deletion = NewVersion(script, gone, caller.name, caller.correlation_id)
        if outline.version != version or not await self._drafts.delete(version, deletion):
            raise DraftChanged(await self.outline(script))


def _changed(outline: DraftOutline, files: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    digests = {file.name: file.digest for file in outline.files}
    return {
        name: content
        for name, content in files.items()
        if (digests.get(name) if content is None else digests.get(name) != digest_of(content))
    }
