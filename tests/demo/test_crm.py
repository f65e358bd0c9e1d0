"""The demo CRM's back end: customers, cases in its own table, and tokens that it asks Script Manager for."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from demo.crm.app import create_app
from demo.crm.settings import Settings
from stack.running import Running
from tests.databases import fresh_database
from tests.eventually import eventually

CRM = "http://crm.example"
SCRIPT_MANAGER = "http://scripts.example"
KEY = "key-of-the-crm"
ACCOUNT = "1000000001"


def token(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(201, json={"token": "short-lived", "expires_at": "2026-11-26T12:00:00Z"})


@pytest.fixture(scope="module")
def crm_database_url(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        yield url


@asynccontextmanager
async def serving(
    url: str, answer: Callable[[httpx.Request], httpx.Response] = token, key: str | None = KEY
) -> AsyncIterator[httpx.AsyncClient]:
    """The CRM over a Script Manager that answers as it is told."""
    settings = Settings(
        database_url=SecretStr(url),
        crm_url=CRM,
        crm_script_manager_url=SCRIPT_MANAGER,
        crm_script_manager_public_url=SCRIPT_MANAGER,
        crm_script_manager_key=SecretStr(key) if key else None,
    )
    app = create_app(settings, httpx.MockTransport(answer))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=CRM, headers={"Origin": CRM}) as client,
    ):
        await eventually(lambda: _ready(client))
        (await client.post("/_demo/reset")).raise_for_status()
        yield client


async def _ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200


@pytest.fixture
async def crm(crm_database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(crm_database_url) as client:
        yield client


@pytest.mark.parametrize(
    ("searched", "first"),
    [
        ("", ACCOUNT),
        ("смирнова анна", ACCOUNT),
        ("1000000002", "1000000002"),
        ("зайцев в", "1000000003"),
        ("nobody", None),
    ],
)
async def test_customers_are_found_by_what_an_operator_hears(
    crm: httpx.AsyncClient, searched: str, first: str | None
) -> None:
    found = (await crm.get("/api/customers", params={"q": searched})).json()
    assert (found[0]["account"] if found else None) == first


async def test_customers_are_found_by_telephone(crm: httpx.AsyncClient) -> None:
    one = (await crm.get(f"/api/customers/{ACCOUNT}")).json()
    assert (await crm.get("/api/customers", params={"q": one["phone"]})).json() == [one]


async def test_a_call_opens_a_case_and_what_came_of_it_stays(crm: httpx.AsyncClient) -> None:
    opened = (await crm.post("/api/calls", json={"account": ACCOUNT, "operator": "o.petrova"})).json()
    assert (opened["status"], opened["session"], opened["ended_at"]) == ("open", None, None)
    path = f"/api/cases/{opened['number']}"
    started = (await crm.patch(path, json={"session": "s-1", "script": "promised_payment", "step": "Долг"})).json()
    assert (started["status"], started["session"]) == ("open", "s-1")
    result = {"outcome": "promised", "amount": 100_000}
    ended = (await crm.patch(path, json={"status": "solved", "end": "end_promised", "result": result})).json()
    assert (ended["status"], ended["result"], ended["session"]) == ("solved", result, "s-1")
    assert ended["ended_at"] is not None
    for listed in (f"/api/customers/{ACCOUNT}/cases", "/api/cases"):
        assert (await crm.get(listed)).json() == [ended]
    assert (await crm.get("/api/customers/1000000002/cases")).json() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/customers/0000000000", None, 404),
        ("GET", "/api/cases/4711", None, 404),
        ("PATCH", "/api/cases/4711", {"status": "solved"}, 404),
        ("POST", "/api/calls", {"account": "0000000000", "operator": "o.petrova"}, 404),
        ("POST", "/api/calls", {"account": ACCOUNT, "operator": "nobody"}, 422),
        ("POST", "/api/player-tokens", {"operator": "nobody"}, 422),
        ("PATCH", "/api/cases/4711", {"account": ACCOUNT}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(
    crm: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    assert (await crm.request(method, path, json=body)).status_code == status


async def test_a_token_is_asked_for_with_a_key_that_stays_here(crm_database_url: str) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return token(request)

    async with serving(crm_database_url, answer) as crm:
        given = await crm.post("/api/player-tokens", json={"operator": "i.lapin"})
    assert (given.status_code, given.json()["token"]) == (201, "short-lived")
    [request] = asked
    assert (str(request.url), request.headers["Authorization"]) == (
        f"{SCRIPT_MANAGER}/api/v1/embed-tokens",
        f"Bearer {KEY}",
    )
    assert json.loads(request.content) == {"operator": "i.lapin", "origin": CRM}
    assert KEY not in given.text


def unreachable(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("answer", "key", "sentence"),
    [
        (unreachable, KEY, "Script Manager gave no token: ConnectError."),
        (lambda _: httpx.Response(409, json={"title": "Pages of this origin"}), KEY, "no token: Pages of this origin."),
        (lambda _: httpx.Response(502, text="<html>"), KEY, "Script Manager gave no token: JSONDecodeError."),
        (token, None, "The CRM has no key of Script Manager: set DEMO_CRM_SCRIPT_MANAGER_KEY."),
    ],
)
async def test_without_a_token_the_operator_is_told_why(
    crm_database_url: str, answer: Callable[[httpx.Request], httpx.Response], key: str | None, sentence: str
) -> None:
    async with serving(crm_database_url, answer, key) as crm:
        refused = await crm.post("/api/player-tokens", json={"operator": "o.petrova"})
    assert refused.status_code == 502
    assert refused.json()["error"].endswith(sentence)


async def test_the_page_may_run_itself_and_the_player_and_nothing_inline(crm: httpx.AsyncClient) -> None:
    page = await crm.get("/")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == f"'self' {SCRIPT_MANAGER}"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert f'src="{SCRIPT_MANAGER}/player/script-player.js"' in page.text
    assert "<style" not in page.text


@pytest.mark.parametrize("path", ["main.js", "crm.css", "icon.svg"])
async def test_files_of_the_page_are_there(crm: httpx.AsyncClient, path: str) -> None:
    assert (await crm.get(f"/pages/{path}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "localhost:8040"}, 307),
        ("POST", {"Host": "localhost:8040"}, 403),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {}, 204),
    ],
)
async def test_only_its_own_pages_write(
    crm: httpx.AsyncClient, method: str, headers: dict[str, str], status: int
) -> None:
    path = "/" if method == "GET" else "/_demo/reset"
    answer = await crm.request(method, path, headers=headers)
    assert answer.status_code == status
    if status == 307:
        assert answer.headers["location"] == f"{CRM}/"


async def test_without_a_database_the_crm_says_so() -> None:
    settings = Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1:1/nothing"), crm_url=CRM)
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=CRM) as crm:
        ready, live, cases = [await crm.get(path) for path in ("/health/ready", "/health/live", "/api/cases")]
    assert (ready.status_code, live.status_code, cases.status_code) == (503, 200, 503)
    assert cases.json() == {"error": "The CRM's database can't be reached."}
