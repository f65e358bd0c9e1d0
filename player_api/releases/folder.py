"""A script's folder as the files of a release."""

import re
from collections.abc import Mapping
from pathlib import Path

from player_api.releases.errors import Finding, ReleaseRefused

RESOURCES = (".bpmn", ".dmn", ".form")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """Return the files of ``folder`` that the engine executes, by name.

    Raises:
        ReleaseRefused: there is no BPMN file.
        OSError: a file can't be read.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in RESOURCES)
    if not any(path.suffix == ".bpmn" for path in paths):
        raise ReleaseRefused([Finding(folder.name, None, "there is no .bpmn file")])
    return {path.name: path.read_bytes() for path in paths}


def read_beside(folder: Path, key: str) -> Mapping[str, bytes] | None:
    """Return the files of the script ``key`` in the folder beside ``folder``, None where there is none.

    Raises:
        OSError: a file can't be read.
    """
    if not _KEY.fullmatch(key) or not (folder.parent / key).is_dir():
        return None
    try:
        return read_folder(folder.parent / key)
    except ReleaseRefused:
        return None
