"""A built web application, read once and kept in memory: each file with its type, its encodings and its age."""

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What a file may also be there as, best first; the build writes it beside the file, with this ending."""
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.\w+$")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".map": "application/json", ".woff2": "font/woff2"}
_TEXT = frozenset({"text/javascript", "text/css", "text/html", "text/plain"})


@dataclass(frozen=True)
class BuiltFile:
    """One file.

    Attributes:
        media_type: with its character set.
        is_hashed: its name changes with its content, so it may be kept for ever.
        bodies: its content by content coding, ``identity`` the content itself.
        tags: an entity tag for each.
    """

    media_type: str
    is_hashed: bool
    bodies: Mapping[str, bytes]
    tags: Mapping[str, str]


def read_built(folder: Path) -> Mapping[str, BuiltFile]:
    """Read what was built.

    Args:
        folder: of one application; nothing is built where there is none.

    Returns:
        Every file by its path, such as ``chunks/form-BX2J9k3a.js``.
    """
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in ENCODINGS.values()]
    return {path.relative_to(folder).as_posix(): _read(path) for path in sorted(paths)}


def _read(path: Path) -> BuiltFile:
    bodies = {"identity": path.read_bytes()}
    for coding, ending in ENCODINGS.items():
        encoded = path.with_name(path.name + ending)
        if encoded.is_file():
            bodies[coding] = encoded.read_bytes()
    digest = hashlib.sha256(bodies["identity"]).hexdigest()[:20]
    return BuiltFile(
        media_type=_media_type(path),
        is_hashed=bool(_HASHED.search(path.name)),
        bodies=bodies,
        tags={coding: f'"{digest}-{coding}"' for coding in bodies},
    )


def _media_type(path: Path) -> str:
    known = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{known}; charset=utf-8" if known in _TEXT else known
