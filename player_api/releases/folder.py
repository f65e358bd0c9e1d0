"""A script's folder as the files of a release."""

from collections.abc import Mapping
from pathlib import Path

from player_api.releases.errors import Finding, ReleaseRefused

RESOURCES = (".bpmn", ".dmn", ".form")


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
