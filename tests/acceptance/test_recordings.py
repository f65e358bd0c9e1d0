"""Sessions become test cases: recorded without personal data, they pass in the script that they came from."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from player_api.releases.cases.case import read_case
from stack.running import Running
from tests.acceptance.cases import Case, cases_of
from tests.acceptance.conftest import api
from tests.acceptance.operator import Json, Operator
from tests.acceptance.test_internet_support import walk

ENDS = [
    ("promised_payment", "end_promised"),
    ("promised_payment", "end_promise_active"),
    ("internet_support", "end_visit"),
    ("internet_support", "end_blocked"),
]
CASES = [(script, next(case for case in cases_of(script) if case.end == end)) for script, end in ENDS]


@pytest.fixture
async def author(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with api(stack, stack.credentials.api_keys.author) as client:
        yield client


async def tried(author: httpx.AsyncClient, script: str, case: bytes) -> Json:
    """What a case shows when it is run among those of the script's draft."""
    path, name = f"/scripts/{script}/draft", f"tests/recorded-{uuid4().hex[:8]}.yaml"
    version = (await author.get(path)).headers["ETag"]
    written = await author.put(f"{path}/files/{name}", content=case, headers={"If-Match": version})
    assert written.status_code == 200, written.text
    report = (await author.post(f"{path}/test")).json()
    await author.delete(f"{path}/files/{name}", headers={"If-Match": written.headers["ETag"]})
    [found] = [each for each in report["cases"] if each["file"] == name]
    return dict(found)


@pytest.mark.usefixtures("billing", "backoffice")
@pytest.mark.parametrize(("script", "case"), CASES, ids=lambda given: getattr(given, "name", given))
async def test_a_recorded_session_passes_as_a_case(
    operator: Operator, author: httpx.AsyncClient, script: str, case: Case
) -> None:
    session = await walk(operator, await operator.start(script), list(case.answers))
    assert session["state"] == "ended"
    answer = await author.get(f"/sessions/{session['id']}/case")
    assert answer.status_code == 200, answer.text
    recorded = read_case(answer.content)
    assert recorded.expect.end == case.end
    assert recorded.expect.steps == [step for step, _ in case.answers]
    assert case.account not in answer.text
    found = await tried(author, script, answer.content)
    assert found["passed"], (found["differences"], answer.text)


@pytest.mark.usefixtures("billing")
async def test_what_somebody_went_back_past_is_not_in_it(operator: Operator, author: httpx.AsyncClient) -> None:
    session = await operator.until("tell_debt", {"account": "1000000001"})
    back = await operator.api.post(f"/sessions/{session['id']}/back", headers={"Idempotency-Key": uuid4().hex}, json={})
    assert back.status_code == 200, back.text
    case = next(case for case in cases_of("promised_payment") if case.end == "end_promised")
    session = await walk(operator, back.json(), list(case.answers))
    answer = await author.get(f"/sessions/{session['id']}/case")
    recorded = read_case(answer.content)
    assert recorded.expect.steps[:2] == ["ask_account", "tell_debt"]
    assert len(recorded.functions["billing.get_balance"]) == 1
    found = await tried(author, "promised_payment", answer.content)
    assert found["passed"], (found["differences"], answer.text)


async def test_only_what_has_ended_is_recorded_and_only_for_authors_of_its_tenant(
    operator: Operator, author: httpx.AsyncClient
) -> None:
    session = await operator.start()
    path = f"/sessions/{session['id']}/case"
    early = await author.get(path)
    assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "session-unfinished")
    assert (await operator.api.get(path)).status_code == 403
    assert (await author.get(f"/sessions/{uuid4()}/case")).status_code == 404
