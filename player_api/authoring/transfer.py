"""Drafts in and out as folders and archives, so that a checkout and the store are two forms of one thing."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from player_api.authoring.archives import read_archive, write_archive
from player_api.authoring.desk import DraftDesk
from player_api.authoring.errors import DraftUnknown, FilesRefused, Refusal
from player_api.authoring.files import all_too_large
from player_api.authoring.folders import read_tree, scripts_of, write_folder
from player_api.sessions.context import Caller
from store.drafts import DraftOutline

LARGEST_ARCHIVE = 100_000_000
"""Bytes of an archive that the command reads, packed and unpacked."""


class Where(StrEnum):
    """What happens to a draft that somebody has changed since it was imported last."""

    REFUSE = "refuse"
    KEEP = "keep"
    REPLACE = "replace"


@dataclass(frozen=True)
class Imported:
    """What became of a script's draft: at which version it is, and whether that is a new one."""

    script: str
    version: int
    is_new: bool


def read_source(source: Path) -> dict[str, dict[str, bytes]]:
    """Read the scripts of a folder or a zip archive: one script, or a folder each.

    Returns:
        Their files by name, by key.

    Raises:
        FilesRefused: with everything that is wrong.
        OSError: it can't be read.
    """
    if source.is_dir():
        return scripts_of(read_tree(source), source.resolve().name)
    if source.stat().st_size > LARGEST_ARCHIVE:
        raise FilesRefused([all_too_large(source.name, LARGEST_ARCHIVE)])
    return scripts_of(read_archive(source.read_bytes(), LARGEST_ARCHIVE), source.stem)


async def import_scripts(
    desk: DraftDesk, caller: Caller, scripts: Mapping[str, Mapping[str, bytes]], changed: Where
) -> list[Imported]:
    """Make drafts hold these files and no others.

    Args:
        desk: where drafts are changed.
        caller: who imports; drafts that it has changed last are taken for unchanged by authors.
        scripts: files by name, by key.
        changed: what happens to drafts that others have changed.

    Raises:
        FilesRefused: others have changed a draft, and that is to be refused; nothing is imported.
        DraftChanged: somebody has changed a draft at this moment; those before it are imported.
        StoreUnavailable: the database cannot be reached.
    """
    known = {key: await _outline(desk, key) for key in scripts}
    taken = {key for key, draft in known.items() if draft is not None and draft.changed_by != caller.name}
    taken = {key for key in taken if not await _is_equal(desk, key, scripts[key])}
    if taken and changed is Where.REFUSE:
        raise FilesRefused([_changed(draft) for key, draft in known.items() if draft and key in taken])
    imported = []
    for key, files in scripts.items():
        draft = known[key]
        if draft is not None and key in taken and changed is Where.KEEP:
            imported.append(Imported(key, draft.version, is_new=False))
            continue
        made = await desk.put(caller, key, draft.version if draft else None, files)
        imported.append(Imported(key, made.version, is_new=draft is None or made.version != draft.version))
    return imported


async def _outline(desk: DraftDesk, key: str) -> DraftOutline | None:
    try:
        return await desk.outline(key)
    except DraftUnknown:
        return None


async def _is_equal(desk: DraftDesk, key: str, files: Mapping[str, bytes]) -> bool:
    return (await desk.read(key)).files == files


def _changed(draft: DraftOutline) -> Refusal:
    at = f"{draft.changed_at:%Y-%m-%d %H:%M}"
    return Refusal(
        draft.script,
        "draft-changed",
        f"{draft.changed_by} меняет этот черновик, последний раз {at}: сначала выгрузите его или замените явно",
        f"{draft.changed_by} has changed this draft, last at {at}: export it first, or say that it is to be replaced",
    )


def write_scripts(target: Path, scripts: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write scripts to a zip archive, where the target ends in ``.zip``, or below a folder; a folder each.

    Raises:
        FilesRefused: a link is in the way.
        OSError: something can't be written.
    """
    if target.suffix == ".zip":
        _write_archive(
            target, {f"{key}/{name}": file for key, files in scripts.items() for name, file in files.items()}
        )
        return
    for key, files in scripts.items():
        write_folder(target / key, files)


def _write_archive(target: Path, files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as beside:
        whole = Path(beside) / target.name
        whole.write_bytes(write_archive(files))
        whole.replace(target)


async def drafts_of(desk: DraftDesk, keys: Sequence[str]) -> dict[str, Mapping[str, bytes]]:
    """Return the files of drafts by key; of all drafts where no key is named.

    Raises:
        DraftUnknown: a script has none.
        StoreUnavailable: the database cannot be reached.
    """
    wanted = keys or [script.key for script in await desk.scripts() if script.version is not None]
    return {key: (await desk.read(key)).files for key in wanted}
