"""Demo billing: its bad days, and its own record of what reached it."""

from typing import Any

import httpx

Json = dict[str, Any]
FUNCTIONS = {
    "GET /accounts/{account}/balance": "billing.get_balance",
    "POST /accounts/{account}/promised-payments": "billing.create_promised_payment",
    "GET /promised-payments/by-key/{key}": "billing.find_promised_payment",
}


class Billing:
    """A client of demo billing."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def behave(self, **faults: object) -> None:
        """Let it be as it shall be from now on; well, where nothing is said."""
        (await self.client.put("/_demo/faults", json=faults)).raise_for_status()

    async def reset(self) -> None:
        """Put all accounts back to how they were at first."""
        (await self.client.post("/_demo/reset")).raise_for_status()

    async def promises(self, account: str) -> list[Json]:
        """The promised payments of an account."""
        answer = await self.client.get(f"/accounts/{account}/promised-payments")
        return list(answer.json()["promised_payments"]) if answer.status_code == 200 else []

    async def seen(self) -> int:
        """How many calls have reached it and ended."""
        return int((await self.client.get("/_demo/calls", params={"limit": 1})).json()["total"])

    async def is_asked(self) -> bool:
        """Whether a call is under way at this moment."""
        return bool((await self.client.get("/_demo/calls", params={"limit": 1})).json()["running"])

    async def calls(self, after: int = 0, *, correlation_id: str | None = None) -> list[Json]:
        """The calls of functions that reached it, each with the function's name."""
        answer = await self.client.get("/_demo/calls", params={"after": after, "limit": 10_000})
        return [
            {**call, "function": FUNCTIONS[f"{call['method']} {call['path']}"]}
            for call in answer.json()["calls"]
            if f"{call['method']} {call['path']}" in FUNCTIONS
            and (correlation_id is None or call["correlation_id"] == correlation_id)
        ]
