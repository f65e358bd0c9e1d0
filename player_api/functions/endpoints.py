"""Functions and systems of the public contract."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from functions.execution import TryRequest, TryResult
from functions.publication.element_templates import Language
from player_api import problems
from player_api.access.principal import Principal, Role, allow
from player_api.functions.desk import DeclarationDesk
from player_api.functions.models import Change, Declaration, DeclaredName, Summary, Trial
from player_api.workers_link import WorkersLink
from store.declarations import Kind

router = APIRouter(
    tags=["functions"],
    responses=problems.answers(401, 403, 404, 409, 422, 503),
)


def _desk(request: Request) -> DeclarationDesk:
    desk: DeclarationDesk = request.app.state.declarations
    return desk


def _workers(request: Request) -> WorkersLink:
    workers: WorkersLink = request.app.state.workers
    return workers


Workers = Annotated[WorkersLink, Depends(_workers)]
Desk = Annotated[DeclarationDesk, Depends(_desk)]
Reader = Annotated[Principal, Depends(allow(Role.AUTHOR, Role.PUBLISHER, Role.ANALYST))]
Author = Annotated[Principal, Depends(allow(Role.AUTHOR))]
Administrator = Annotated[Principal, Depends(allow())]
Named = Annotated[DeclaredName, Path(examples=["billing.get_balance"])]


@router.get("/functions")
async def list_functions(desk: Desk, _reader: Reader) -> list[Summary]:
    """List the integration functions."""
    return await desk.summaries(Kind.FUNCTION)


@router.get("/functions/{name}")
async def read_function(name: Named, desk: Desk, _reader: Reader) -> Declaration:
    """Read a function's declaration with its revisions."""
    return await desk.read(Kind.FUNCTION, name)


@router.put("/functions/{name}")
async def write_function(name: Named, change: Change, desk: Desk, author: Author) -> Declaration:
    """Write a revision of a function; what is wrong with it is answered by line, and nothing is changed."""
    return await desk.write(Kind.FUNCTION, name, change, author.name)


@router.post("/functions/{name}/try")
async def try_function(name: Named, trial: Trial, request: Request, workers: Workers, _author: Author) -> TryResult:
    """Run a function once and show what it sent, what came back and what a script would get.

    Secrets of the system and personal data among the inputs are masked. A function that changes something is tried with
    a recorded answer only. Nothing is kept, and a try ends after half a minute.
    """
    wanted = TryRequest(name=name, declaration=trial.declaration, inputs=trial.inputs, recorded=trial.recorded)
    return await workers.try_function(wanted, request.scope["correlation_id"])


@router.get("/element-templates")
async def list_element_templates(desk: Desk, _reader: Reader, language: Language = "ru") -> list[dict[str, Any]]:
    """Element templates of the functions for the studio and for Camunda Modeler: inputs as fields of a service task."""
    return await desk.element_templates(language)


@router.get("/systems")
async def list_systems(desk: Desk, _reader: Reader) -> list[Summary]:
    """List the external systems."""
    return await desk.summaries(Kind.SYSTEM)


@router.get("/systems/{name}")
async def read_system(name: Named, desk: Desk, _reader: Reader) -> Declaration:
    """Read a system's declaration: where its secrets are kept, never the secrets."""
    return await desk.read(Kind.SYSTEM, name)


@router.put("/systems/{name}")
async def write_system(name: Named, change: Change, desk: Desk, administrator: Administrator) -> Declaration:
    """Write a revision of a system; for administrators, as it says where secrets are read and sent."""
    return await desk.write(Kind.SYSTEM, name, change, administrator.name)
