"""A script's folder as the files of a release."""

import re
from collections.abc import Mapping
from pathlib import Path

from player_api.releases.errors import ReleaseRefused
from player_api.releases.rules import Finding, Rule

RESOURCES = (".bpmn", ".dmn", ".form")
LARGEST_FILE = 5_000_000
"""Bytes."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """Return the files of ``folder`` that the engine executes, by name.

    Raises:
        ReleaseRefused: there is no BPMN file, or one is too large to be read.
        OSError: a file can't be read.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in RESOURCES)
    if not any(path.suffix == ".bpmn" for path in paths):
        raise ReleaseRefused([Rule.NO_PROCESS.at(folder.name, None, "нет файла .bpmn", "there is no .bpmn file")])
    if large := [path.name for path in paths if path.stat().st_size > LARGEST_FILE]:
        raise ReleaseRefused([_too_large(name) for name in large])
    return {path.name: path.read_bytes() for path in paths}


def _too_large(name: str) -> Finding:
    most = LARGEST_FILE // 1_000_000
    return Rule.FILE_SIZE.at(name, None, f"файл больше {most} МБ", f"the file is larger than {most} MB")


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
