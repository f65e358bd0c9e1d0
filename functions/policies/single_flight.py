"""One call for all who ask this process for the same thing at the same moment."""

import asyncio
from dataclasses import dataclass

from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from functions.policies.keys import AnswerPlaces
from functions.source import Source


@dataclass(frozen=True, slots=True)
class _Flight:
    task: asyncio.Task[Outputs]
    first: Invocation


def with_single_flight(inner: Attempt, places: AnswerPlaces) -> Attempt:
    """Let those who come later wait for the first one's outputs, or share its failure."""
    flights: dict[str, _Flight] = {}

    def landed(key: str, task: asyncio.Task[Outputs]) -> None:
        del flights[key]
        if not task.cancelled():
            task.exception()  # seen here, where all who waited may have been cut off

    async def together(invocation: Invocation) -> Outputs:
        place = places.place(invocation.inputs, invocation.context)
        if place is None:
            return await inner(invocation)
        flight = flights.get(place.key)
        if flight is None:
            # A task of its own: when the first one who asked is cut off, the others still get their answer.
            flight = flights[place.key] = _Flight(asyncio.create_task(_run(inner, invocation)), invocation)
            flight.task.add_done_callback(lambda task: landed(place.key, task))
        else:
            invocation.source = Source.SHARED
        try:
            return await asyncio.shield(flight.task)
        finally:
            invocation.kept = flight.first.kept

    return together


async def _run(inner: Attempt, invocation: Invocation) -> Outputs:
    return await inner(invocation)
