"""When an issuer is asked for its keys."""

import httpx
import pytest
from joserfc.jwk import KeySet, RSAKey

from player_api.access.errors import IssuerUnavailable
from player_api.access.issuer_keys import IssuerKeys
from runtime.issuers import Issuer

ISSUER = "https://id.example"
KEYS = {kid: RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "two")}


class Elsewhere:
    """The issuer as it answers over the wire, and the clock by which it is asked."""

    def __init__(self) -> None:
        self.kids = ["one"]
        self.status = 200
        self.calls_itself = ISSUER
        self.asked: list[str] = []
        self.now = 1000.0
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        issuer = Issuer(issuer=ISSUER, audience="a", tenant="main")
        self.keys = IssuerKeys(issuer, client, lambda: self.now)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path.startswith("/.well-known"):
            said = {"issuer": self.calls_itself, "jwks_uri": f"{ISSUER}/keys"}
            return httpx.Response(200, json=said)
        return httpx.Response(self.status, json=KeySet([KEYS[kid] for kid in self.kids]).as_dict())

    async def known(self, kid: str | None = "one") -> list[str | None]:
        return [key.kid for key in await self.keys.for_key(kid)]


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


async def test_keys_are_asked_for_once_an_hour(elsewhere: Elsewhere) -> None:
    for passed in (0, 1, 3598):
        elsewhere.now += passed
        assert await elsewhere.known() == ["one"]
    assert elsewhere.asked == ["/.well-known/openid-configuration", "/keys"]
    elsewhere.now += 2
    await elsewhere.known()
    assert len(elsewhere.asked) == 4


async def test_an_unknown_key_is_asked_for_but_not_again_and_again(elsewhere: Elsewhere) -> None:
    await elsewhere.known()
    elsewhere.kids = ["two"]
    assert await elsewhere.known("two") == ["one"]
    elsewhere.now += 10
    assert await elsewhere.known("two") == ["two"]
    assert await elsewhere.known("three") == ["two"]
    assert len(elsewhere.asked) == 4


async def test_known_keys_last_while_the_issuer_is_away(elsewhere: Elsewhere) -> None:
    await elsewhere.known()
    elsewhere.status = 500
    elsewhere.now += 10_000
    assert await elsewhere.known() == ["one"]
    with pytest.raises(IssuerUnavailable):
        await elsewhere.known("two")
    elsewhere.status = 200
    elsewhere.now += 10
    assert await elsewhere.known() == ["one"]


async def test_without_keys_nothing_can_be_told_and_the_issuer_is_not_pressed(elsewhere: Elsewhere) -> None:
    elsewhere.status = 503
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            await elsewhere.known()
    assert len(elsewhere.asked) == 2


async def test_a_configuration_of_somebody_else_is_not_believed(elsewhere: Elsewhere) -> None:
    elsewhere.calls_itself = "https://evil.example"
    with pytest.raises(IssuerUnavailable):
        await elsewhere.known()
