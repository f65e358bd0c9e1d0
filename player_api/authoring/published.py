"""Releases as they can be read: what was published, exactly, and what its author had made."""

from collections.abc import Mapping
from typing import Literal

from player_api.authoring.errors import ReleaseFileUnknown, ReleaseUnknown
from store.release_files import ReleaseFiles, ReleaseInfo


class PublishedFiles:
    """What is read of releases.

    Args:
        releases: where they are kept.
    """

    def __init__(self, releases: ReleaseFiles) -> None:
        self._releases = releases

    async def all(self, script: str) -> list[ReleaseInfo]:
        """Return the releases of a script, the newest first; of one that is not known, none."""
        return await self._releases.releases(script)

    async def release(self, script: str, number: int) -> ReleaseInfo:
        """Return one release.

        Raises:
            ReleaseUnknown: there is none.
        """
        release = await self._releases.release(script, number)
        if release is None:
            raise ReleaseUnknown(f"there is no release {number} of {script}")
        return release

    async def files(self, script: str, number: int, form: Literal["closed", "sources"]) -> Mapping[str, bytes]:
        """Return its files as they were closed, or as the author made them.

        Raises:
            ReleaseUnknown: there is no such release.
        """
        await self.release(script, number)
        read = self._releases.closed if form == "closed" else self._releases.sources
        return await read(script, number)


def file_of(files: Mapping[str, bytes], name: str) -> bytes:
    """Return one file of a release.

    Raises:
        ReleaseFileUnknown: it has no such file.
    """
    if name not in files:
        raise ReleaseFileUnknown(f"the release has no file {name}")
    return files[name]
