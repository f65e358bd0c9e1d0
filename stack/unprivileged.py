"""Running a program as somebody without rights, where we are root: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

from stack.failures import StackError

CANDIDATES = ("postgres", "nobody")


def user() -> str | None:
    """Name of the user to run PostgreSQL as; None where we aren't root and it runs as ourselves.

    Raises:
        StackError: we are root and there is nobody else.
    """
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return name
    raise StackError(f"PostgreSQL doesn't run as root, and this machine has no user {' or '.join(CANDIDATES)}.")


def own(path: Path, name: str) -> None:
    """Give ``path`` and all in it to the user ``name``."""
    identity = pwd.getpwnam(name)
    for one in (path, *path.rglob("*")):
        os.chown(one, identity.pw_uid, identity.pw_gid)


def closed_to_others(paths: Iterable[Path]) -> list[Path]:
    """The folders above ``paths`` that other users can't pass through, outermost first."""
    above = {folder for path in paths for folder in path.resolve().parents}
    return sorted(folder for folder in above if not folder.stat().st_mode & stat.S_IXOTH)


def let_pass(folders: Iterable[Path]) -> None:
    """Let other users pass through ``folders``, without seeing what is in them."""
    for folder in folders:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
