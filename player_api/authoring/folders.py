"""Scripts as folders, as in a git checkout: read with suspicion, written so that no file is ever half there."""

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from player_api.authoring.archives import is_hidden, link
from player_api.authoring.errors import FilesRefused, Refusal
from player_api.authoring.files import EXECUTED, FOLDERS, README, may_have, require_files, too_large, too_many
from player_api.releases.folder import LARGEST_FILE

KEY = r"[A-Za-z_][A-Za-z0-9_-]{0,99}"
"""What a script's key looks like."""
_MOST_FILES = 20_000


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder by name, whatever their kind; hidden ones are left out.

    Raises:
        FilesRefused: there are links or devices among them, one is too large, or there are too many.
        OSError: a file can't be read.
    """
    found: dict[str, bytes] = {}
    refusals: list[Refusal] = []
    for name, path in _walk(folder):
        if len(found) > _MOST_FILES:
            raise FilesRefused([too_many(folder.name, _MOST_FILES)])
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            refusals.append(link(name) if path.is_symlink() else _device(name))
        elif status.st_size > LARGEST_FILE:
            refusals.append(too_large(name))
        else:
            found[name] = path.read_bytes()
    if refusals:
        raise FilesRefused(refusals)
    return found


def read_sources(folder: Path) -> dict[str, bytes]:
    """Return those files of a script's folder that a script may have, by name.

    Raises:
        FilesRefused: there are links among the files of the folder, or it holds too much.
        OSError: a file can't be read.
    """
    return {name: content for name, content in read_tree(folder).items() if may_have(name)}


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for base, folders, names in os.walk(folder):
        here = Path(base)
        within = here.relative_to(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in links and not is_hidden(name))
        for name in sorted([*names, *links]):
            inside = (within / name).as_posix()
            if not is_hidden(inside):
                yield inside, here / name


def _device(name: str) -> Refusal:
    return Refusal(name, "file-kind", "это не обычный файл", "this is no ordinary file")


def scripts_of(files: Mapping[str, bytes], key: str) -> dict[str, dict[str, bytes]]:
    """Tell scripts apart: ``files`` are those of one script, or a folder a script.

    Args:
        files: contents by name.
        key: of the script, where it is one.

    Returns:
        The files of each script by its key. Files beside the scripts' folders are left out.

    Raises:
        FilesRefused: a script has files that no script may have, or a folder can't be a script's key.
    """
    if any(_is_of_a_script(name) for name in files):
        scripts = {key: dict(files)}
    else:
        scripts = {}
        for name, content in files.items():
            folder, _, inside = name.partition("/")
            if inside:
                scripts.setdefault(folder, {})[inside] = content
    refusals = [_key_refusal(found) for found in scripts if not re.fullmatch(KEY, found)]
    if not scripts:
        refusals.append(Refusal(key, "archive", "здесь нет ни одного скрипта", "there is no script here"))
    for found, own in scripts.items():
        try:
            require_files({name: len(content) for name, content in own.items()})
        except FilesRefused as error:
            refusals += [
                Refusal(f"{found}/{each.file}".rstrip("/"), each.rule, each.ru, each.en) for each in error.refusals
            ]
    if refusals:
        raise FilesRefused(refusals)
    return scripts


def unwrapped(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of one script, without the folder that all of them may be in."""
    folders = {name.partition("/")[0] for name in files}
    is_wrapped = len(folders) == 1 and not folders & {"", ".", ".."} and all("/" in name for name in files)
    if not is_wrapped or any(_is_of_a_script(name) for name in files):
        return dict(files)
    return {name.partition("/")[2]: content for name, content in files.items()}


def _is_of_a_script(name: str) -> bool:
    folder, _, inside = name.partition("/")
    return folder in FOLDERS if inside else name.endswith(EXECUTED)


def _key_refusal(key: str) -> Refusal:
    return Refusal(
        key,
        "script-key",
        "ключ скрипта — латинская буква или «_», затем латинские буквы, цифры, «_» и «-»",
        "a script's key is a Latin letter or _, and then Latin letters, digits, _ and -",
    )


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a script's folder hold these files; files of a script that are not among them are deleted, others stay.

    Raises:
        FilesRefused: a link is in the way.
        OSError: something can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder, *(folder / name for name in FOLDERS)):
        if place.is_symlink():
            raise FilesRefused([link(str(place))])
    for path in _there(folder):
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if path.is_symlink():
            raise FilesRefused([link(str(path))])
        if not path.exists() or path.read_bytes() != content:
            _write(path, content)
    for place in (folder / name for name in FOLDERS):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def _there(folder: Path) -> Iterator[Path]:
    for end in EXECUTED:
        yield from folder.glob(f"[!.]*{end}")
    for name, end in FOLDERS.items():
        yield from (folder / name).glob(f"[!.]*{end}")
    if (folder / README).exists():
        yield folder / README


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there: whoever reads sees all of it or what was there before."""
    number, beside = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
