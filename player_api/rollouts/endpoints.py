"""The rollouts of the public contract."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from player_api import problems
from player_api.access.principal import Principal, Role, allow
from player_api.authoring.errors import VersionMissing
from player_api.authoring.models import ScriptKey
from player_api.rollouts.desk import RolloutDesk
from player_api.rollouts.models import NewRollout, Rollout
from player_api.sessions.context import Caller
from store.rollouts import Rollout as StoredRollout

router = APIRouter(tags=["rollouts"], responses=problems.answers(401, 403, 404, 409, 412, 422, 428, 503))


def _desk(request: Request) -> RolloutDesk:
    desk: RolloutDesk = request.app.state.rollouts
    return desk


def _publisher(request: Request, principal: Annotated[Principal, Depends(allow(Role.PUBLISHER))]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


def _version(
    if_match: Annotated[
        str | None, Header(max_length=40, description='The version that the rules were made on, such as `"7"`')
    ] = None,
) -> int | None:
    found = re.fullmatch(r'"([0-9]{1,9})"', if_match) if if_match is not None else None
    if if_match is not None and found is None:
        raise VersionMissing('If-Match must be the version of the rollout in quotes, such as "7"')
    return int(found[1]) if found else None


Desk = Annotated[RolloutDesk, Depends(_desk)]
Publisher = Annotated[Caller, Depends(_publisher)]
Reader = Annotated[Principal, Depends(allow(Role.AUTHOR, Role.PUBLISHER))]
SeenVersion = Annotated[int | None, Depends(_version)]


def _shown(rollout: StoredRollout, response: Response) -> Rollout:
    response.headers["ETag"] = f'"{rollout.version}"'
    return Rollout.of(rollout)


@router.get("/scripts/{script}/rollout")
async def read_rollout(script: ScriptKey, desk: Desk, _reader: Reader, response: Response) -> Rollout:
    """Read which release new sessions get; the version is the ETag."""
    return _shown(await desk.read(script), response)


@router.get("/scripts/{script}/rollout/history")
async def read_rollout_history(script: ScriptKey, desk: Desk, _reader: Reader) -> list[Rollout]:
    """Say who switched what, the newest first."""
    return [Rollout.of(rollout) for rollout in await desk.history(script)]


@router.put("/scripts/{script}/rollout")
async def switch_rollout(
    script: ScriptKey, body: NewRollout, desk: Desk, publisher: Publisher, version: SeenVersion, response: Response
) -> Rollout:
    """Replace the rules: sessions that start from now on go by them, on all nodes at once; others stay as they are."""
    if version is None:
        raise VersionMissing("say in If-Match which version of the rollout the rules were made on")
    return _shown(await desk.switch(publisher, script, version, body), response)


@router.post("/scripts/{script}/rollback")
async def roll_back(script: ScriptKey, desk: Desk, publisher: Publisher, response: Response) -> Rollout:
    """Go back to the rules before the last switch; once more, to those before these."""
    return _shown(await desk.roll_back(publisher, script), response)
