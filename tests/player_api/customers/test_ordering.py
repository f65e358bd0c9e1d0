import secrets
from uuid import uuid4

from tests.player_api.api import Api, problem


async def test_an_order_is_taken_once_and_does_not_name_the_customer_again(api: Api) -> None:
    customer = f"customer-{secrets.token_hex(4)}"
    first = await api.request("POST", "/customers/erase", key="key-admin", json={"customer": customer})
    assert first.status_code == 202
    order = first.json()
    assert (order["state"], order["sessions"], order["finished_at"]) == ("under_way", 0, None)
    again = await api.request("POST", "/customers/erase", key="key-admin", json={"customer": customer})
    assert again.json() == order
    assert (await api.request("GET", f"/customers/erasures/{order['id']}", key="key-admin")).json() == order
    trail = await api.request("GET", "/audit?type=customer_erasure_ordered", key="key-admin")
    ours = [entry for entry in trail.json()["items"] if entry["data"] == {"erasure": order["id"]}]
    assert len(ours) == 1
    assert customer not in first.text + trail.text


async def test_an_order_of_another_tenant_does_not_exist(api: Api) -> None:
    body = {"customer": f"customer-{secrets.token_hex(4)}"}
    order = (await api.request("POST", "/customers/erase", key="key-admin", json=body)).json()
    theirs = await api.request("POST", "/customers/erase", key="key-admin-north", json=body)
    assert theirs.json()["id"] != order["id"]
    for erasure in (order["id"], uuid4()):
        response = await api.request("GET", f"/customers/erasures/{erasure}", key="key-admin-north")
        assert (response.status_code, problem(response)) == (404, "erasure-unknown")


async def test_an_order_about_nobody(api: Api) -> None:
    for body in ({}, {"customer": ""}, {"customer": "a\nb"}, {"customer": None}, {"customers": ["a"]}):
        response = await api.request("POST", "/customers/erase", key="key-admin", json=body)
        assert (response.status_code, problem(response)) == (422, "request-invalid")
