"""Which files a script may have."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from player_api.authoring.errors import FilesRefused, Refusal
from player_api.releases.folder import LARGEST_FILE

LARGEST_SCRIPT = 20_000_000
"""Bytes of all its files."""
MOST_FILES = 500
FOLDERS: Mapping[str, str] = {"tests": ".yaml", "functions": ".yaml", "answers": ".json", "talks": ".txt"}
"""What is in a script's folder besides the files that the engine executes, and how the files there end."""
EXECUTED = (".bpmn", ".dmn", ".form")
README = "README.md"
_STEM = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
_NAME = re.compile(
    "|".join(
        [
            re.escape(README),
            *(rf"{_STEM}{re.escape(end)}" for end in EXECUTED),
            *(rf"{folder}/{_STEM}{re.escape(end)}" for folder, end in FOLDERS.items()),
        ]
    )
)
_KINDS = ", ".join(
    [*(f"NAME{end}" for end in EXECUTED), *(f"{folder}/NAME{end}" for folder, end in FOLDERS.items()), README]
)


def may_have(name: str) -> bool:
    """Whether a script may have a file of this name."""
    return _NAME.fullmatch(name) is not None


def require_files(sizes: Mapping[str, int]) -> None:
    """Refuse a script whose files are not what a script has.

    Args:
        sizes: of all its files, in bytes, by name.

    Raises:
        FilesRefused: with everything that is wrong.
    """
    if refusals := list(_refusals(sizes)):
        raise FilesRefused(refusals)


def _refusals(sizes: Mapping[str, int]) -> Iterator[Refusal]:
    seen: dict[str, str] = {}
    for name, size in sizes.items():
        if not may_have(name):
            yield _name_refusal(name)
        if size > LARGEST_FILE:
            yield too_large(name)
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            yield Refusal(
                name,
                "file-name",
                f"отличается от {twin} только прописными буквами, а не всякая файловая система их различает",
                f"differs from {twin} by capital letters alone, which not every file system tells apart",
            )
    if len(sizes) > MOST_FILES:
        yield too_many("")
    if sum(sizes.values()) > LARGEST_SCRIPT:
        yield all_too_large("", LARGEST_SCRIPT)


def _name_refusal(name: str) -> Refusal:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or re.match(r"[A-Za-z]:", name):
        return Refusal(
            name,
            "file-name",
            "имя ведёт за пределы папки скрипта",
            "the name leads out of the script's folder",
        )
    return Refusal(
        name,
        "file-name",
        f"у скрипта не бывает такого файла; бывают: {_KINDS}; имя — из латинских букв, цифр, «_», «-» и «.»",
        f"a script has no such file; it may have {_KINDS}; names are made of Latin letters, digits, _, - and .",
    )


def too_large(name: str) -> Refusal:
    """Say that a file is too large."""
    return Refusal(
        name,
        "file-size",
        f"файл больше {LARGEST_FILE // 1_000_000} МБ",
        f"the file is larger than {LARGEST_FILE // 1_000_000} MB",
    )


def all_too_large(name: str, most: int) -> Refusal:
    """Say that all files together are too large."""
    return Refusal(
        name,
        "file-size",
        f"файлы вместе больше {most // 1_000_000} МБ",
        f"the files together are larger than {most // 1_000_000} MB",
    )


def too_many(name: str, most: int = MOST_FILES) -> Refusal:
    """Say that there are too many files."""
    return Refusal(name, "file-count", f"файлов больше {most}", f"there are more than {most} files")
