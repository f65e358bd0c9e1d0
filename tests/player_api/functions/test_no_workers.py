"""A facade whose workers can't be asked."""

from tests.player_api.api import Api, problem


async def test_without_a_token_workers_can_not_be_asked(api: Api) -> None:
    response = await api.request("POST", "/functions/billing.get_balance/try", key="key-author", json={})
    assert (response.status_code, problem(response)) == (503, "workers-unavailable")
