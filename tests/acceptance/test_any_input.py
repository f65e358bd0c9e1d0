"""Every endpoint of the OpenAPI document, with whatever its schema allows and with what it doesn't: never a 500.

Schemathesis makes the requests; the facade with its engine, workers and database answers them.
"""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from stack import postgres
from stack.folder import ROOT
from stack.running import Running
from store.database import open_database
from store.keys import Keys
from tests.acceptance.conftest import api

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {f"{method.upper()} {path}": path for path, methods in DOCUMENT["paths"].items() for method in methods}
KNOWN = {"name": "billing.get_balance", "system": "billing"}
"""Names that lead on, beside those that are made up."""
CHANGES_WHAT_OTHERS_NEED = {"PUT /api/v1/functions/{name}", "PUT /api/v1/systems/{name}"}
FEW, MANY = 12, 300
LONGEST_WAIT = 0.05


@pytest.fixture(scope="session")
async def somebody(stack: Running) -> str:
    """The key of an administrator of a branch that no other test knows."""
    key = secrets.token_urlsafe()
    url = postgres.url(stack.credentials.databases.script_manager, stack.ports["postgres"])
    async with open_database(url, pool_size=1) as database:
        await Keys(database).put("anything-goes", key, roles=["admin"], tenant="anything-goes")
    return key


@pytest.fixture
async def session_id(stack: Running, somebody: str) -> AsyncIterator[str]:
    async with api(stack, somebody) as client:
        response = await client.post("/sessions", json={"script": "promised_payment", "channel": "crm"})
        yield response.json()["id"]
        await client.post(f"/sessions/{response.json()['id']}/cancel", json={"reason": "test"})


@pytest.fixture(scope="session")
def connection() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def cases(label: str, session_id: str) -> st.SearchStrategy[Case[Any]]:
    operation = operation_of(label)
    leading = {"session_id": session_id, "conversation_id": session_id}
    leading |= {} if label in CHANGES_WHAT_OTHERS_NEED else KNOWN
    there = {name: value for name, value in leading.items() if f"{{{name}}}" in operation.path}
    made = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    if there:
        made += [operation.as_strategy(generation_mode=mode, path_parameters=there) for mode in GenerationMode]
    return st.one_of(made)


def operation_of(label: str) -> APIOperation[Any, Any, Any, Any]:
    method, _, path = label.partition(" ")
    return SCHEMA[path][method]


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
schemathesis.serializer.alias("application/zip", "application/octet-stream")


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_makes_the_facade_fail(
    stack: Running,
    somebody: str,
    connection: requests.Session,
    session_id: str,
    label: str,
    request: pytest.FixtureRequest,
) -> None:
    examples = MANY if request.config.getoption("--long") else FEW
    declared = set(operation_of(label).definition.raw["responses"])

    @settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(label, session_id))
    def send(case: Case[Any]) -> None:
        if isinstance(case.query.get("wait"), (int, float)):
            case.query["wait"] = min(case.query["wait"], LONGEST_WAIT)
        made = case.as_transport_kwargs(base_url=stack.urls["facade"])
        made["headers"]["Authorization"] = f"Bearer {somebody}"
        with connection.request(**made, stream=True, timeout=20) as answer:
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert str(answer.status_code) in declared | {"405"}, answer.text

    send()
