"""The CRM's back end over SOAP: its WSDL and its one address."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path

import psycopg
from fastapi import APIRouter, Request, Response

from demo.addresses import addresses
from demo.crm.customers import Customer, customers
from demo.customers.desk import Desk, Wanted
from demo.customers.envelopes import Asked, Content, answer, fault, read
from demo.customers.errors import CustomerUnknown, DeskError, EnvelopeWrong, VisitUnknown

_WSDL = Path(__file__).with_name("customers.wsdl")
_XML = "text/xml; charset=utf-8"
REQUEST_ID = "X-Request-Id"
Operation = Callable[[Asked, str | None], Awaitable[Mapping[str, Content]]]


class Operations:
    """What the WSDL offers, by name; each gets the request id that came with it, if any."""

    def __init__(self, desk: Desk, today: Callable[[], date]) -> None:
        self._desk = desk
        self._today = today
        self._customers = customers()
        self.by_name: Mapping[str, Operation] = {
            "FindCustomer": self._find_customer,
            "OpenCase": self._open_case,
            "FindCase": self._find_case,
            "FreeVisits": self._free_visits,
            "BookVisit": self._book_visit,
            "CancelVisit": self._cancel_visit,
        }

    def _customer(self, asked: Asked) -> Customer:
        found = self._customers.get(asked["accountNumber"])
        if found is None:
            raise CustomerUnknown
        return found

    async def _find_customer(self, asked: Asked, _request: str | None) -> Mapping[str, Content]:
        one = self._customer(asked)
        return {
            "customer": {
                "accountNumber": one.account,
                "fullName": one.name,
                "addressedAs": one.addressed,
                "phone": one.phone,
                "city": one.city,
                "address": addresses()[one.account].text,
            }
        }

    async def _open_case(self, asked: Asked, request: str | None) -> Mapping[str, Content]:
        account = self._customer(asked).account
        number = await self._desk.open_case(account, asked["topic"], asked["summary"], request)
        return {"caseNumber": str(number)}

    async def _find_case(self, asked: Asked, _request: str | None) -> Mapping[str, Content]:
        return {"caseNumber": str(await self._desk.find_case(asked["requestId"]))}

    async def _free_visits(self, asked: Asked, _request: str | None) -> Mapping[str, Content]:
        self._customer(asked)
        free = await self._desk.free_slots(self._today())
        return {"visit": [{"slot": slot.code, "text": slot.text, "textEn": slot.text_en} for slot in free]}

    async def _book_visit(self, asked: Asked, request: str | None) -> Mapping[str, Content]:
        wanted = Wanted(self._customer(asked).account, asked["slot"], asked["phone"])
        number, slot = await self._desk.book(wanted, self._today(), request)
        return {"booking": {"visitNumber": str(number), "slot": slot.code, "text": slot.text}}

    async def _cancel_visit(self, asked: Asked, _request: str | None) -> Mapping[str, Content]:
        number = asked["visitNumber"]
        if not (number.isascii() and number.isdecimal()):
            raise VisitUnknown
        await self._desk.cancel(int(number))
        return {"cancelled": "true"}


def customer_routes(desk: Desk, today: Callable[[], date]) -> APIRouter:
    """The WSDL, and the address that it names."""
    router = APIRouter(tags=["customers"])
    operations = Operations(desk, today).by_name

    @router.get("/service.wsdl")
    async def wsdl(request: Request) -> Response:
        """What can be asked, as WSDL 1.1."""
        here = str(request.url_for("soap"))
        text = _WSDL.read_text(encoding="utf-8").replace("http://127.0.0.1:8050/customers/soap", here)
        return Response(text, media_type=_XML)

    @router.post("/soap")
    async def soap(request: Request) -> Response:
        """One operation (SOAP 1.1, document and literal). `X-Request-Id` makes a repetition harmless."""
        try:
            asked = read(await request.body())
            if asked.operation not in operations:
                raise EnvelopeWrong
            said = await operations[asked.operation](asked, request.headers.get(REQUEST_ID))
        except DeskError as error:
            return Response(fault(error.code, type(error).__doc__ or error.code), 500, media_type=_XML)
        except psycopg.Error:
            return Response(fault("Server", "The database is not available."), 503, media_type=_XML)
        return Response(answer(asked.operation, said), media_type=_XML)

    return router
