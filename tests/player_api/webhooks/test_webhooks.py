import secrets
from typing import Any

import httpx
import pytest

from store.deliveries import Deliveries, NewDelivery
from tests.player_api.api import Api, problem

URL = "https://crm.example.org/hook"


@pytest.fixture
def name() -> str:
    return f"hook_{secrets.token_hex(4)}"


async def put(api: Api, name: str, **body: Any) -> httpx.Response:
    return await api.request("PUT", f"/webhooks/{name}", json={"url": URL, **body}, key="key-admin")


async def test_a_secret_is_said_once(api: Api, name: str) -> None:
    made = (await put(api, name)).json()
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["session_abandoned", "session_cancelled", "session_ended"]
    read = (await api.request("GET", f"/webhooks/{name}", key="key-admin")).json()
    assert read == {**made, "secret": None}
    listed = (await api.request("GET", "/webhooks", key="key-admin")).json()
    assert read in listed
    changed = (await put(api, name, events=["handoff_asked"])).json()
    assert (changed["secret"], changed["events"]) == (None, ["handoff_asked"])
    anew = (await put(api, name, new_secret=True)).json()
    assert anew["secret"] not in {None, made["secret"]}
    rows = await api.database.fetch_all("SELECT to_jsonb(webhooks)::text AS row FROM webhooks")
    assert not [row for row in rows if made["secret"].removeprefix("whsec_") in row["row"]]


async def test_what_was_delivered_is_shown_and_goes_with_the_webhook(api: Api, name: str) -> None:
    await put(api, name)
    new = NewDelivery("main", name, secrets.randbelow(2**40), "session_ended", None, "{}")
    await Deliveries(api.database).add([new, new])
    [delivery] = (await api.request("GET", f"/webhooks/{name}/deliveries", key="key-admin")).json()
    assert (delivery["id"], delivery["state"], delivery["attempts"]) == (f"evt_{new.event}", "due", 0)
    assert (await api.request("DELETE", f"/webhooks/{name}", key="key-admin")).status_code == 204
    for path in ("", "/deliveries"):
        gone = await api.request("GET", f"/webhooks/{name}{path}", key="key-admin")
        assert (gone.status_code, problem(gone)) == (404, "webhook-unknown")
    again = await api.request("DELETE", f"/webhooks/{name}", key="key-admin")
    assert (again.status_code, problem(again)) == (404, "webhook-unknown")


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"url": "http://crm.example.org/"}, "webhook-invalid"),
        ({"url": "https://127.0.0.1/"}, "webhook-invalid"),
        ({"url": "https://localhost/"}, "webhook-invalid"),
        ({"url": "https://169.254.169.254/"}, "webhook-invalid"),
        ({"url": "https://[::1]:8080/"}, "webhook-invalid"),
        ({"url": "https://[oops/"}, "webhook-invalid"),
        ({"url": "ftp://crm.example.org/"}, "request-invalid"),
        ({"url": "crm"}, "request-invalid"),
        ({"events": []}, "request-invalid"),
        ({"events": ["answer_given"]}, "request-invalid"),
        ({"typo": 1}, "request-invalid"),
    ],
)
async def test_what_can_not_be_a_webhook(api: Api, name: str, body: dict[str, Any], slug: str) -> None:
    response = await put(api, name, **body)
    assert (response.status_code, problem(response)) == (422, slug)
    assert response.json()["errors"]


@pytest.mark.parametrize("name", ["A", "a b", "-a", "a" * 61, "ж"])
async def test_a_name_that_is_none(api: Api, name: str) -> None:
    assert problem(await put(api, name)) == "request-invalid"


async def test_without_a_key_to_derive_secrets_there_are_none(without_keys: Api, name: str) -> None:
    response = await put(without_keys, name)
    assert (response.status_code, problem(response)) == (409, "webhooks-off")
