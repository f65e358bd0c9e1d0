"""Scripts between a checkout and the store.

``python -m player_api.authoring import FOLDER|ZIP`` makes drafts hold the files of a script's folder, or of every
folder in it. A draft that somebody has changed in the meantime is refused; with ``--keep`` it is left as it is, with
``--replace`` it gets the files all the same, and its history keeps what it was.

``python -m player_api.authoring export [KEY …] --to FOLDER|ZIP`` writes drafts, all of them where none is named, a
folder each. With ``--release N`` it writes what the author of a release of one script had made.
"""

import argparse
import asyncio
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from player_api.authoring.desk import DraftDesk
from player_api.authoring.errors import AuthoringError, FilesRefused
from player_api.authoring.published import PublishedFiles
from player_api.authoring.transfer import Where, drafts_of, import_scripts, read_source, write_scripts
from player_api.sessions.context import Caller
from runtime import logs
from runtime.process import begin
from runtime.settings import Settings
from store.database import open_database
from store.drafts import Drafts
from store.errors import StoreError
from store.release_files import ReleaseFiles

AUTHOR = "command line"
_log = logs.get(__name__)


async def import_source(settings: Settings, source: Path, changed: Where) -> None:
    """Make drafts hold the files of a folder or an archive.

    Raises:
        FilesRefused, DraftChanged, StoreError, OSError: as `player_api.authoring.transfer` says.
    """
    scripts = read_source(source)
    caller = Caller(AUTHOR, "", uuid.uuid4().hex)
    async with open_database(settings.database_url.get_secret_value(), pool_size=1) as database:
        for one in await import_scripts(DraftDesk(Drafts(database)), caller, scripts, changed):
            _log.info("imported", script=one.script, version=one.version, is_new=one.is_new)


async def export(settings: Settings, keys: Sequence[str], target: Path, release: int | None) -> None:
    """Write drafts, or a release of a script, to a folder or an archive.

    Raises:
        DraftUnknown, ReleaseUnknown, FilesRefused, StoreError, OSError: nothing of that script is written.
    """
    scripts: Mapping[str, Mapping[str, bytes]]
    async with open_database(settings.database_url.get_secret_value(), pool_size=1) as database:
        if release is None:
            scripts = await drafts_of(DraftDesk(Drafts(database)), keys)
        else:
            published = PublishedFiles(ReleaseFiles(database))
            scripts = {key: await published.files(key, release, "sources") for key in keys}
    write_scripts(target, scripts)
    _log.info("exported", scripts=sorted(scripts))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m player_api.authoring", description="Scripts in and out.")
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", help="make drafts of folders or of a zip archive")
    importing.add_argument("source", type=Path, metavar="FOLDER|ZIP")
    changed = importing.add_mutually_exclusive_group()
    for where, said in ((Where.KEEP, "leave alone"), (Where.REPLACE, "replace")):
        changed.add_argument(
            f"--{where}",
            dest="changed",
            action="store_const",
            const=where,
            default=Where.REFUSE,
            help=f"{said} drafts that somebody has changed",
        )
    exporting = commands.add_parser("export", help="write drafts to folders or to a zip archive")
    exporting.add_argument("keys", nargs="*", metavar="KEY")
    exporting.add_argument("--to", type=Path, required=True, metavar="FOLDER|ZIP", dest="target")
    exporting.add_argument("--release", type=int, metavar="N", help="of one script, in place of its draft")
    return parser


def main(arguments: list[str]) -> int:
    """Run the command; return the exit status."""
    parser = _arguments()
    given = parser.parse_args(arguments)
    if given.command == "export" and given.release is not None and len(given.keys) != 1:
        parser.error("--release needs one KEY")
    settings = begin("player_api.authoring")
    try:
        if given.command == "import":
            asyncio.run(import_source(settings, given.source, given.changed))
        else:
            asyncio.run(export(settings, given.keys, given.target, given.release))
    except FilesRefused as error:
        for refusal in error.refusals:
            _log.error("refused", file=refusal.file, sentence=refusal.en, sentence_ru=refusal.ru)
        return 1
    except (AuthoringError, StoreError, OSError) as error:
        _log.error("not done", cause=f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
