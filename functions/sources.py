"""The declarations in force: files, and what was written through the API in place of them."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from functions.catalogue import sources_in
from functions.reading import Source
from store.declarations import Declarations, Kind, Revision


async def sources_in_force(folder: Path, declarations: Declarations) -> list[Source]:
    """Read every declaration: the newest stored revision of a name counts, a file where there is none.

    Raises:
        OSError: the folder or a file can't be read.
        UnicodeDecodeError: a file is not UTF-8.
        StoreUnavailable: the database cannot be reached.
    """
    stored = {source.file: source for source in map(source_of, await declarations.in_force())}
    files = {source.file: source for source in sources_in(folder)}
    return sorted((files | stored).values(), key=lambda source: source.file)


def source_of(revision: Revision) -> Source:
    """Write a stored revision as the text of the file that it stands for (JSON is YAML)."""
    return as_source(revision.kind, revision.name, revision.document)


def as_source(kind: Kind, name: str, document: Mapping[str, JsonValue]) -> Source:
    """Write a declaration as the text of its file."""
    file = f"systems/{name}.yaml" if kind is Kind.SYSTEM else f"{name}.yaml"
    return Source(file, json.dumps(document, ensure_ascii=False, indent=2))
