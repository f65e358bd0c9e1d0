"""Starting a process of the stack: its output to a log, no terminal, perhaps another user."""

import asyncio
import pwd
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Mapping, Sequence
from pathlib import Path


async def start(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, user: str | None = None
) -> Process:
    """Start a program.

    Args:
        command: program and arguments.
        env: its whole environment.
        cwd: its working directory.
        log: what it says is added to this file.
        user: it runs as this user; None: as ours.

    Raises:
        OSError: the program or the log can't be opened.
    """
    identity = pwd.getpwnam(user) if user else None
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            env=env,
            cwd=cwd,
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            # Ctrl-C in a terminal reaches the supervisor alone, which stops the parts in order.
            start_new_session=True,
            user=identity.pw_uid if identity else None,
            group=identity.pw_gid if identity else None,
            extra_groups=[] if identity else None,
        )


async def run(command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, user: str | None = None) -> int:
    """Run a program to its end, or as long as somebody waits for it.

    Args:
        command: program and arguments.
        env: its whole environment.
        cwd: its working directory.
        log: what it says is added to this file.
        user: it runs as this user; None: as ours.

    Returns:
        Its exit code.
    """
    process = await start(command, env, cwd, log, user)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
