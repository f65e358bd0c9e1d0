"""The CRM's own endpoints, which its page calls."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from demo.crm.cases import Case, Cases, Status
from demo.crm.customers import Customer, search
from demo.crm.embedding import OPERATORS, Embedding

Account = Annotated[str, Path(pattern="^[0-9]{10}$")]
Operator = Annotated[str, Field(pattern=f"^({'|'.join(OPERATORS)})$".replace(".", r"\."))]
_CASES_SHOWN = 30


class Body(BaseModel):
    """What a page sends; nothing else is taken."""

    model_config = ConfigDict(extra="forbid")


class Call(Body):
    """A call that comes in."""

    account: str = Field(pattern="^[0-9]{10}$")
    operator: Operator


class Changes(Body):
    """What is now known of a case."""

    status: Status | None = None
    session: str | None = Field(default=None, max_length=100)
    script: str | None = Field(default=None, max_length=200)
    step: str | None = Field(default=None, max_length=500)
    end: str | None = Field(default=None, max_length=200)
    result: dict[str, Any] | None = None
    notes: str | None = Field(default=None, max_length=10_000)
    comment: str | None = Field(default=None, max_length=10_000)


class SignedIn(Body):
    """Who works with the page."""

    operator: Operator


def customer_routes(customers: Mapping[str, Customer], cases: Cases) -> APIRouter:
    """Routes over customers and what they have called about."""
    router = APIRouter(prefix="/api", tags=["crm"])

    @router.get("/customers")
    async def found(q: Annotated[str, Query(max_length=100)] = "") -> list[Customer]:
        """The first customers that fit what is searched for."""
        return list(search(customers, q, limit=50))

    @router.get("/customers/{account}", response_model=Customer)
    async def customer(account: Account) -> Any:
        """One customer."""
        return customers.get(account) or _unknown("There is no such customer.")

    @router.get("/customers/{account}/cases")
    async def history(account: Account) -> list[Case]:
        """The customer's latest cases."""
        return list(await cases.of_customer(account, _CASES_SHOWN))

    return router


def case_routes(customers: Mapping[str, Customer], cases: Cases, embedding: Embedding) -> APIRouter:
    """Routes over operators, their calls and their cases."""
    router = APIRouter(prefix="/api", tags=["crm"])

    @router.get("/operators")
    async def operators() -> dict[str, str]:
        """Who may sign in: names by login."""
        return OPERATORS

    @router.get("/cases")
    async def latest() -> list[Case]:
        """The latest cases of all customers."""
        return list(await cases.latest(_CASES_SHOWN))

    @router.post("/calls", status_code=201, response_model=Case)
    async def call(incoming: Call) -> Any:
        """Take a call: a case is opened."""
        if incoming.account not in customers:
            return _unknown("There is no such customer.")
        return await cases.open(incoming.account, incoming.operator)

    @router.get("/cases/{number}")
    async def case(number: int) -> Case:
        """One case."""
        return await cases.read(number)

    @router.patch("/cases/{number}")
    async def change(number: int, changes: Changes) -> Case:
        """Write down what is now known of a case."""
        return await cases.change(number, changes.model_dump(exclude_unset=True))

    @router.post("/player-tokens", status_code=201)
    async def token(who: SignedIn) -> dict[str, Any]:
        """A token for the player on this operator's page."""
        return await embedding.token(who.operator)

    return router


def _unknown(sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, 404)
