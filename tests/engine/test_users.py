"""Which groups make an administrator: each engine has a name of its own for its group and refuses the other's."""

import httpx
import pytest

from engine import EngineRejected, EngineSettings
from engine.transport import Transport
from engine.users import Users

CAMUNDAS, OPERATONS = "camunda-admin", "operaton-admin"


class Groups:
    """As much of an engine as there is to its groups."""

    def __init__(self, own_name: str, existing: set[str]) -> None:
        self._own_name = own_name
        self.members: dict[str, set[str]] = {name: set() for name in existing}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.url.path.split("/")[2:]:
            case ["user", "create"]:
                return httpx.Response(204)
            case ["group"]:
                members = self.members.get(request.url.params["id"])
                member = request.url.params.get("member")
                exists = members is not None and (member is None or member in members)
                return httpx.Response(200, json=[{"id": request.url.params["id"]}] if exists else [])
            case ["group", "create"]:
                return self._created(request)
            case ["group", name, "members", user]:
                self.members[name].add(user)
                return httpx.Response(204)
        return httpx.Response(404)

    def _created(self, request: httpx.Request) -> httpx.Response:
        if self._own_name not in request.content.decode():
            refused = {"type": "ProcessEngineException", "message": "Group has an invalid id", "code": 0}
            return httpx.Response(500, json=refused)
        self.members[self._own_name] = set()
        return httpx.Response(204)


@pytest.mark.parametrize(
    ("own_name", "existing", "joined"),
    [
        pytest.param(CAMUNDAS, {CAMUNDAS}, {CAMUNDAS}, id="Camunda"),
        pytest.param(OPERATONS, {OPERATONS}, {OPERATONS}, id="Operaton"),
        pytest.param(OPERATONS, {CAMUNDAS}, {CAMUNDAS, OPERATONS}, id="Operaton on the data of Camunda"),
        pytest.param(CAMUNDAS, {OPERATONS}, {CAMUNDAS, OPERATONS}, id="Camunda on the data of Operaton"),
        pytest.param(CAMUNDAS, set(), {CAMUNDAS}, id="Camunda without a group"),
        pytest.param(OPERATONS, set(), {OPERATONS}, id="Operaton without a group"),
    ],
)
async def test_user_joins_the_administrators(own_name: str, existing: set[str], joined: set[str]) -> None:
    groups = await provisioned(Groups(own_name, existing))
    assert groups.members == {name: {"scripts"} for name in joined}


async def test_an_engine_without_administrators_is_said() -> None:
    with pytest.raises(EngineRejected, match="invalid id"):
        await provisioned(Groups("chief", set()))


async def provisioned(groups: Groups) -> Groups:
    transport = Transport(EngineSettings("http://engine/engine-rest"), httpx.MockTransport(groups))
    await Users(transport).provision("scripts", "secret", own_password="own")
    await transport.aclose()
    return groups
