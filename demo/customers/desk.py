"""What the CRM's back end keeps: cases, and visits of engineers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from demo.customers.errors import CaseUnknown, SlotTaken, SlotUnknown, VisitUnknown
from demo.postgres import Database

_LOCK = 0x63757374
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""
_DAYS = 3
_HOURS = {"09": "с 9 до 12", "12": "с 12 до 15", "15": "с 15 до 18", "18": "с 18 до 21"}
_HOURS_EN = {"09": "9 to 12", "12": "12 to 15", "15": "15 to 18", "18": "18 to 21"}
_ENGINEERS = 40
"""Visits that fit in one slot."""
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")


@dataclass(frozen=True, slots=True)
class Slot:
    """Three hours in which an engineer may come."""

    day: date
    hours: str

    @property
    def code(self) -> str:
        """Names it."""
        return f"{self.day.isoformat()}/{self.hours}"

    @property
    def text(self) -> str:
        """As it is said."""
        day = f"{_WEEKDAYS[self.day.weekday()]}, {self.day.day} {_MONTHS[self.day.month - 1]}"
        return f"{day}, {_HOURS[self.hours]}"

    @property
    def text_en(self) -> str:
        """As it is said in English."""
        return f"{self.day:%A}, {self.day.day} {self.day:%B}, {_HOURS_EN[self.hours]}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that is asked for."""

    account: str
    slot: str
    phone: str


def slots(today: date) -> Iterator[Slot]:
    """The slots that can be had, taken or not: the next days, without today."""
    for ahead in range(1, _DAYS + 1):
        for hours in _HOURS:
            yield Slot(today + timedelta(days=ahead), hours)


class Desk:
    """Cases and visits.

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

    async def forget(self) -> None:
        """Drop all cases and visits."""
        async with self._database.transaction() as connection:
            await connection.execute("TRUNCATE customers.cases, customers.visits")

    async def open_case(self, account: str, topic: str, summary: str, request: str | None) -> int:
        """Open a case, once for each request id; return its number."""
        async with self._database.transaction() as connection:
            found = await connection.execute(
                "INSERT INTO customers.cases (account, topic, summary, request_id) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (request_id) DO UPDATE SET topic = customers.cases.topic RETURNING number",
                [account, topic, summary, request],
            )
            [number] = await found.fetchone() or (0,)
        return int(number)

    async def find_case(self, request: str) -> int:
        """The number of the case that was opened under a request id.

        Raises:
            CaseUnknown: there is none.
        """
        async with self._database.transaction() as connection:
            found = await connection.execute("SELECT number FROM customers.cases WHERE request_id = %s", [request])
            row = await found.fetchone()
        if row is None:
            raise CaseUnknown
        return int(row[0])

    async def free_slots(self, today: date) -> list[Slot]:
        """The slots that are left."""
        async with self._database.transaction() as connection:
            found = await connection.execute(
                "SELECT slot FROM customers.visits WHERE NOT cancelled GROUP BY slot HAVING count(*) >= %s",
                [_ENGINEERS],
            )
            full = {slot for (slot,) in await found.fetchall()}
        return [slot for slot in slots(today) if slot.code not in full]

    async def book(self, wanted: Wanted, today: date, request: str | None) -> tuple[int, Slot]:
        """Book a visit, once for each request id; return its number and its time.

        Raises:
            SlotUnknown: there is no such slot, or no longer.
            SlotTaken: others were quicker.
        """
        slot = next((slot for slot in slots(today) if slot.code == wanted.slot), None)
        if slot is None:
            raise SlotUnknown
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK % 2**31, slot.code])
            earlier = await connection.execute("SELECT number FROM customers.visits WHERE request_id = %s", [request])
            if row := await earlier.fetchone():
                return int(row[0]), slot
            counted = await connection.execute(
                "SELECT count(*) FROM customers.visits WHERE slot = %s AND NOT cancelled", [slot.code]
            )
            [taken] = await counted.fetchone() or (0,)
            if taken >= _ENGINEERS:
                raise SlotTaken
            made = await connection.execute(
                "INSERT INTO customers.visits (account, slot, phone, request_id) VALUES (%s, %s, %s, %s)"
                " RETURNING number",
                [wanted.account, slot.code, wanted.phone, request],
            )
            [number] = await made.fetchone() or (0,)
        return int(number), slot

    async def cancel(self, number: int) -> None:
        """Cancel a visit; one that is cancelled stays so.

        Raises:
            VisitUnknown: there is none.
        """
        async with self._database.transaction() as connection:
            changed = await connection.execute(
                "UPDATE customers.visits SET cancelled = true WHERE number = %s", [number]
            )
        if changed.rowcount == 0:
            raise VisitUnknown
