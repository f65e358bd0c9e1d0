"""The scripts that a script calls, read before it is closed."""

from collections.abc import Awaitable, Callable

from player_api.releases.calls import MOST_SCRIPTS, Files, Others, processes_and_calls


async def read_others(files: Files, read: Callable[[str], Awaitable[Files | None]]) -> Others:
    """Read the scripts that a script calls, those that these call, and so on.

    Args:
        files: of the script itself.
        read: gives the files of a script by its key, None where there is no such script.

    Returns:
        What gives their files without asking anybody.
    """
    known: dict[str, Files | None] = {}
    processes, left = processes_and_calls(files)
    while left and len(known) <= MOST_SCRIPTS:
        key = left.pop()
        if key in known or key in processes:
            continue
        known[key] = found = await read(key)
        if found is not None:
            more, calls = processes_and_calls(found)
            processes |= more
            left |= calls
    return known.get
