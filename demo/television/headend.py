"""What demo television keeps: boxes, their restarts, and subscriptions to packages."""

from dataclasses import dataclass
from pathlib import Path

from psycopg import errors
from psycopg.rows import class_row

from demo.postgres import Connection, Database
from demo.television.boxes import PACKAGES, SUBSCRIBED, Box, Package, boxes, series
from demo.television.errors import BoxTooOld, NoBox, NoPackage, NoRestart, NoSubscription, PackagePresent

_LOCK = 0x74656C65
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""
_BOX = b"SELECT account, model, firmware, trouble FROM television.boxes WHERE account = %s"
_SUBSCRIBE = """
INSERT INTO television.subscriptions (account, package, key) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING number, package
"""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A package that an account has."""

    number: int
    package: Package


class Headend:
    """Boxes and subscriptions.

    Raises:
        psycopg.Error: from every method: the database can't be reached.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Make what is missing."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            await connection.execute(Path(__file__).with_name("schema.sql").read_bytes())
            found = await connection.execute("SELECT 1 FROM television.boxes LIMIT 1")
            if not await found.fetchone():
                await _fill(connection)

    async def forget(self) -> None:
        """Put everything back to how it was at first."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            await connection.execute("TRUNCATE television.boxes RESTART IDENTITY CASCADE")
            await _fill(connection)

    async def box(self, account: str) -> Box:
        """The box of an account.

        Raises:
            NoBox: it has none.
        """
        async with self._database.transaction() as connection:
            return await _box(connection, account)

    async def restart(self, account: str, key: str) -> None:
        """Restart a box, once for each key: what was hung is well afterwards.

        Raises:
            NoBox: the account has none.
        """
        async with self._database.transaction() as connection:
            await _box(connection, account)
            made = await connection.execute(
                "INSERT INTO television.restarts (key, account) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING key",
                [key, account],
            )
            if await made.fetchone():
                await connection.execute(
                    "UPDATE television.boxes SET trouble = 'none' WHERE account = %s AND trouble = 'hung'", [account]
                )

    async def require_restart(self, key: str) -> None:
        """Make sure that something was restarted under a key.

        Raises:
            NoRestart: nothing was.
        """
        async with self._database.transaction() as connection:
            found = await connection.execute("SELECT 1 FROM television.restarts WHERE key = %s", [key])
            if not await found.fetchone():
                raise NoRestart

    async def offered(self, account: str) -> list[Package]:
        """The packages that an account doesn't have.

        Raises:
            NoBox: there is nothing to watch them with.
        """
        async with self._database.transaction() as connection:
            await _box(connection, account)
            found = await connection.execute(
                "SELECT package FROM television.subscriptions WHERE account = %s AND NOT removed", [account]
            )
            present = {code for (code,) in await found.fetchall()}
        return [package for package in PACKAGES if package.code not in present]

    async def subscribe(self, account: str, code: str, key: str) -> Subscription:
        """Add a package, once for each key.

        Raises:
            NoBox: there is nothing to watch it with.
            NoPackage: there is none of this code.
            BoxTooOld: the box can't show it.
            PackagePresent: the account has it by another key.
        """
        packages = {package.code: package for package in PACKAGES}
        if code not in packages:
            raise NoPackage
        try:
            async with self._database.transaction() as connection:
                if series((await _box(connection, account)).model) < packages[code].series:
                    raise BoxTooOld
                made = await connection.execute(_SUBSCRIBE.encode(), [account, code, key])
                [number, added] = await made.fetchone() or (0, code)
        except errors.UniqueViolation as present:
            raise PackagePresent from present
        return Subscription(int(number), packages[added])

    async def unsubscribe(self, number: int) -> None:
        """Take a package away again.

        Raises:
            NoSubscription: there is none with this number.
        """
        async with self._database.transaction() as connection:
            found = await connection.execute(
                "UPDATE television.subscriptions SET removed = true WHERE number = %s RETURNING number", [number]
            )
            if not await found.fetchone():
                raise NoSubscription


async def _box(connection: Connection, account: str) -> Box:
    found = await connection.cursor(row_factory=class_row(Box)).execute(_BOX, [account])
    box = await found.fetchone()
    if box is None:
        raise NoBox
    return box


async def _fill(connection: Connection) -> None:
    everything = "COPY television.boxes (account, model, firmware, trouble) FROM STDIN"
    async with connection.cursor().copy(everything) as copy:
        for box in boxes().values():
            await copy.write_row((box.account, box.model, box.firmware, box.trouble))
    for account, package in SUBSCRIBED.items():
        await connection.execute(
            "INSERT INTO television.subscriptions (account, package) VALUES (%s, %s)", [account, package]
        )
