"""The requests that Camunda Modeler sends to an engine's REST API, and no others.

Source: Camunda Modeler 5, its client of Camunda 7: the connection check, the version, and the deployment. Errors have
the shape of Camunda's REST API, "Error Handling"; Modeler shows their message.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from engine.errors import EngineError
from player_api.access.errors import Forbidden, Unauthenticated
from player_api.access.principal import Presented, Role, SignIn
from player_api.authoring.context import AuthoringContext
from player_api.authoring.errors import AuthoringError
from player_api.authoring.files import MOST_FILES
from player_api.modeler.deployment import Sent, deploy
from player_api.modeler.errors import DeploymentRefused, ModelerError
from player_api.problems import problem_of
from player_api.releases.folder import LARGEST_FILE
from player_api.sessions.context import Caller
from store.errors import StoreError
from store.release_files import ReleaseInfo

router = APIRouter(prefix="/engine-rest", include_in_schema=False)
VERSION = "7.24.0"
"""What Modeler takes us for: it offers what this engine can."""


async def _publisher(request: Request) -> Caller:
    """Let pass who may publish: a key as a bearer token, or as the password of any user."""
    sign_in: SignIn = request.app.state.sign_in
    address = request.client.host if request.client else None
    bearer = _bearer(request.headers.get("Authorization", ""))
    principal = await sign_in.principal(Presented(bearer, request.headers.get("Origin"), address))
    if principal.roles.isdisjoint({Role.PUBLISHER, Role.ADMIN}):
        raise Forbidden("deploying needs the role publisher")
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


def _bearer(authorization: str) -> str | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2] or None
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthenticated("the credentials can't be read") from None


Publisher = Annotated[Caller, Depends(_publisher)]


@router.get("/version")
async def version() -> dict[str, str]:
    """Say what Modeler may expect; asked without credentials."""
    return {"version": VERSION}


@router.get("/deployment")
async def check_connection(_publisher: Publisher) -> list[Any]:
    """Answer Modeler's check of address and credentials."""
    return []


@router.post("/deployment/create")
async def create_deployment(request: Request, publisher: Publisher) -> JSONResponse:
    """Take a diagram with its attachments for a change of a draft, and publish it without a rollout."""
    context: AuthoringContext = request.app.state.authoring
    try:
        release = await deploy(context, publisher, await _sent(request))
    except (ModelerError, AuthoringError, EngineError, StoreError) as error:
        return _refusal(error)
    return JSONResponse(_deployed(release))


async def _sent(request: Request) -> Sent:
    async with request.form(max_files=MOST_FILES, max_part_size=LARGEST_FILE) as form:
        if form.get("tenant-id"):
            raise DeploymentRefused("Leave the tenant id empty: branches are told apart by rollouts.")
        return Sent(
            {
                part.filename or name: await part.read()
                for name, part in form.multi_items()
                if isinstance(part, UploadFile)
            }
        )


def _refusal(error: Exception) -> JSONResponse:
    if isinstance(error, ModelerError):
        status, sentence = 400, str(error)
    else:
        problem = problem_of(error)
        status = problem.status if problem.status >= 500 else 400
        sentence = "\n".join(_lines(error)) or problem.title
    return JSONResponse({"type": "InvalidRequestException", "message": sentence}, status)


def _lines(error: Exception) -> list[str]:
    findings: list[dict[str, Any]] | None = getattr(error, "findings", None)
    if findings is None:
        return [str(error)] if isinstance(error, AuthoringError) else []
    return [f"{finding['element'] or finding['file']}: {finding['sentence']['en']}" for finding in findings]


def _deployed(release: ReleaseInfo) -> dict[str, Any]:
    """What Camunda answers (REST API, "Post Deployment"), of which Modeler reads id and definitions."""
    definition = {
        "id": release.definition_id,
        "key": release.script,
        "name": release.title,
        "version": release.number,
        "versionTag": f"{release.script}/{release.number}",
        "tenantId": None,
    }
    return {
        "id": f"{release.script}/{release.number}",
        "name": f"{release.title} · {release.script} {release.number}",
        "source": "Camunda Modeler",
        "tenantId": None,
        "deploymentTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "deployedProcessDefinitions": {str(release.definition_id): definition},
        "deployedDecisionDefinitions": None,
        "links": [],
    }
