"""A system whose bookings can be undone, and that can be made to fail."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Bookings:
    """The system; remembers what it was asked.

    Attributes:
        booked: what is booked at this moment, by number.
        asked: every request: what for, and with which number or item.
        failing: answer nothing but 503 to requests to take a booking back.
    """

    def __init__(self) -> None:
        self.booked: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing = False
        self.app = Starlette(
            routes=[
                Route("/bookings", self._book, methods=["POST"]),
                Route("/bookings/{number}", self._cancel, methods=["DELETE"]),
                Route("/charges", self._charge, methods=["POST"]),
            ]
        )

    def forget(self) -> None:
        """Be as at the beginning."""
        self.booked, self.asked, self.failing = {}, [], False

    async def _book(self, request: Request) -> Response:
        item = (await request.json())["item"]
        number = f"n{len(self.asked) + 1}"
        self.asked.append(("book", item))
        self.booked[number] = item
        return JSONResponse({"number": number})

    async def _cancel(self, request: Request) -> Response:
        number = request.path_params["number"]
        self.asked.append(("cancel", number))
        if self.failing:
            return Response(status_code=503)
        self.booked.pop(number, None)
        return JSONResponse({})

    async def _charge(self, request: Request) -> Response:
        self.asked.append(("charge", (await request.json())["item"]))
        return JSONResponse({})


def declarations(name: str, url: str) -> dict[str, dict[str, Any]]:
    """The system under a name of its own, and its functions, as the API takes them."""
    text = {"type": "string", "required": True}
    title: Callable[[str], dict[str, str]] = lambda word: {"ru": word, "en": word}  # noqa: E731
    book = {
        "effect": "compensable",
        "undo": f"{name}.cancel",
        "inputs": [{"name": "item", **text}],
        "call": {"http": {"method": "POST", "path": "/bookings", "body": {"item": "item"}}},
        "outputs": {"number": "response.number"},
    }
    cancel = {
        "effect": "irreversible",
        "inputs": [{"name": "number", **text}],
        "call": {"http": {"method": "DELETE", "path": "/bookings/{number}"}},
    }
    charge = {
        "effect": "irreversible",
        "inputs": [{"name": "item", **text}],
        "call": {"http": {"method": "POST", "path": "/charges", "body": {"item": "item"}}},
    }
    functions = {"cancel": cancel, "book": book, "charge": charge}
    shared = {"system": name, "retry": {"attempts": 1}}
    return {
        f"systems/{name}": {"name": name, "title": title(name), "url": url},
        **{
            f"functions/{name}.{verb}": {"name": f"{name}.{verb}", "title": title(verb), **shared, **declared}
            for verb, declared in functions.items()
        },
    }
