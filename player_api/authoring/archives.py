"""Zip archives of scripts, read with suspicion and written so that equal files make equal archives."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from player_api.authoring.errors import FilesRefused, Refusal
from player_api.authoring.files import all_too_large, too_large, too_many
from player_api.releases.folder import LARGEST_FILE

_MOST_ENTRIES = 10_000
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can name."""
_READABLE = (stat.S_IFREG | 0o644) << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)
"""What Python's zipfile raises for archives that are damaged, or made by means that it does not know."""


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of files by name; its folders are the names' own."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return whole.getvalue()


def read_archive(content: bytes, largest: int) -> dict[str, bytes]:
    """Return the files of a zip archive by name, whatever their kind.

    What operating systems add is left out: names that begin with a dot, and ``__MACOSX``.

    Args:
        content: the archive.
        largest: most bytes of all files together, unpacked.

    Raises:
        FilesRefused: it is not a zip archive, is damaged, larger than that, or holds what is no plain file in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return dict(_files(archive, largest))
    except _BROKEN as error:
        raise FilesRefused(
            [
                Refusal(
                    "",
                    "archive",
                    "это не архив zip, или он повреждён",
                    "this is not a zip archive, or it is damaged",
                )
            ]
        ) from error


def _files(archive: zipfile.ZipFile, largest: int) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise FilesRefused([too_many("", _MOST_ENTRIES)])
    wanted = [entry for entry in entries if not entry.is_dir() and not is_hidden(entry.filename)]
    if refusals := list(_refusals(wanted)):
        raise FilesRefused(refusals)
    left = largest
    for entry in wanted:
        # What an entry says of its size may be a lie, so it is read up to the limit and not a byte further.
        with archive.open(entry) as file:
            content = file.read(min(LARGEST_FILE, left) + 1)
        if len(content) > LARGEST_FILE:
            raise FilesRefused([too_large(entry.filename)])
        left -= len(content)
        if left < 0:
            raise FilesRefused([all_too_large("", largest)])
        yield entry.filename, content


def is_hidden(name: str) -> bool:
    """Whether an operating system or a version control has put a file there, and no author."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def _refusals(entries: list[zipfile.ZipInfo]) -> Iterator[Refusal]:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield link(name)
        if name in seen:
            yield Refusal(name, "archive", "файл есть в архиве дважды", "the archive holds the file twice")
        seen.add(name)
        if entry.flag_bits & 1:
            yield Refusal(name, "archive", "файл зашифрован", "the file is encrypted")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield Refusal(name, "archive", "файл сжат необычным способом", "the file is packed in an unusual way")
        if entry.file_size > LARGEST_FILE:
            yield too_large(name)


def link(name: str) -> Refusal:
    """Say that a file is a link."""
    return Refusal(name, "file-kind", "это ссылка, а не файл", "this is a link and not a file")
