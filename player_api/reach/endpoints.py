"""Reach in the public contract."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from player_api import problems
from player_api.access.principal import Principal, Role, allow
from player_api.authoring.models import ScriptKey
from player_api.authoring.parameters import Publisher
from player_api.functions.models import DeclaredName
from player_api.reach.desk import ReachDesk
from player_api.reach.models import Digest, NewReplacement, Replacement, Use

router = APIRouter(tags=["reach"], responses=problems.answers(401, 403, 404, 409, 422, 503))


def _desk(request: Request) -> ReachDesk:
    desk: ReachDesk = request.app.state.reach
    return desk


Desk = Annotated[ReachDesk, Depends(_desk)]
Reader = Annotated[Principal, Depends(allow(Role.AUTHOR, Role.PUBLISHER, Role.ANALYST))]
Named = Annotated[DeclaredName, Path(examples=["billing.get_balance"])]
InFile = Annotated[
    str | None,
    Query(max_length=300, description="A file of the script; without it the releases of other scripts that call it"),
]


@router.get("/functions/{name}/uses")
async def function_uses(name: Named, desk: Desk, _reader: Reader) -> list[Use]:
    """Say where releases call a function, directly or through another, and how many sessions run on them."""
    return await desk.of_function(name)


@router.get("/systems/{name}/uses")
async def system_uses(name: Named, desk: Desk, _reader: Reader) -> list[Use]:
    """Say where releases call functions of a system, and how many sessions run on them."""
    return await desk.of_system(name)


@router.get("/scripts/{script}/uses")
async def script_uses(script: ScriptKey, desk: Desk, _reader: Reader, file: InFile = None) -> list[Use]:
    """Say which releases hold a script that others call, or one of its forms or decisions, and who is on them.

    A release keeps its own copy: a change reaches the scripts when they are published again.
    """
    return await desk.of_script(script, file)


@router.get("/functions/{name}/replacements")
async def list_replacements(name: Named, desk: Desk, _reader: Reader) -> list[Replacement]:
    """List the contracts of a function that others have taken the place of in running releases."""
    return await desk.replaced(name)


@router.post("/functions/{name}/replacements", status_code=201)
async def replace_contract(name: Named, body: NewReplacement, desk: Desk, publisher: Publisher) -> Replacement:
    """Let running releases call a function as it is declared now, where they can't tell the difference.

    Inputs, outputs and errors must be those that the releases have pinned. Workers go by it within seconds.
    """
    return await desk.replace(publisher, name, body)


@router.delete("/functions/{name}/replacements/{digest}", status_code=204)
async def delete_replacement(name: Named, digest: Digest, desk: Desk, publisher: Publisher) -> None:
    """Let a contract count again that another has taken the place of."""
    await desk.put_back(publisher, name, digest)
