"""Errors as RFC 9457 ``application/problem+json``; every status that the API answers with stands in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from engine.errors import EngineError, EngineUnavailable
from player_api.access.errors import (
    EmbeddingOff,
    Forbidden,
    IssuerUnavailable,
    KeyExists,
    KeyUnknown,
    OriginRefused,
    OriginUnknown,
    RateExceeded,
    TokenExpired,
    Unauthenticated,
)
from player_api.authoring.errors import (
    CasesFailed,
    DraftChanged,
    DraftExists,
    DraftFileUnknown,
    DraftRefused,
    DraftUnknown,
    FilesRefused,
    ReleaseFileUnknown,
    ReleaseUnknown,
    VersionMissing,
)
from player_api.back.errors import BackBlocked, BackNeedsConfirmation
from player_api.callbacks.errors import CallbackUnknown
from player_api.conversations.errors import ChoiceUnknown, TurnChanged
from player_api.customers.errors import ErasureUnknown
from player_api.forms.errors import AnswersInvalid, FormUnsupported
from player_api.functions.errors import DeclarationRefused, DeclarationUnknown, RevisionChanged, TrialRefused
from player_api.messages.errors import MessageAmbiguous, MessageUnexpected
from player_api.reach.errors import ContractDiffers, NothingPinned
from player_api.recordings.errors import RecordingGone, SessionUnfinished
from player_api.rollouts.errors import NothingToRollBack, RolloutChanged, RolloutRefused, RolloutUnknown
from player_api.sessions.errors import (
    CursorInvalid,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    LeaseTaken,
    ManualImpossible,
    NothingToWatch,
    NotRetryable,
    OptionsFailed,
    OptionsUnknown,
    RequestInProgress,
    ScriptUnknown,
    SessionEnded,
    SessionNotFound,
    StepChanged,
    TakeoverWithoutReason,
    VariablesInvalid,
)
from player_api.webhooks.errors import WebhookInvalid, WebhooksOff, WebhookUnknown
from player_api.workers_link import WorkersUnavailable
from runtime import logs
from store.errors import ReleaseRetired, StoreError, StoreUnavailable, TextRefused

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:script-manager:problem:"
_log = logs.get(__name__)


class Problem(BaseModel):
    """RFC 9457 problem details. ``type`` is stable: programs may rely on it, people read ``title`` and ``detail``."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:script-manager:problem:step-changed"])
    title: str
    status: int
    detail: str | None = None
    errors: dict[str, list[str]] | None = Field(default=None, description="What is wrong, by field")


@dataclass(frozen=True)
class Kind:
    """What an error looks like from outside."""

    status: int
    slug: str
    title: str
    retry_after: int | None = None
    """Seconds, sent as ``Retry-After``."""


KINDS: Mapping[type[Exception], Kind] = {
    IdempotencyKeyMissing: Kind(400, "idempotency-key-missing", "The Idempotency-Key header is missing"),
    CallbackUnknown: Kind(404, "callback-unknown", "Nobody waits for this answer"),
    ErasureUnknown: Kind(404, "erasure-unknown", "There is no such order to remove a customer"),
    DeclarationRefused: Kind(422, "declaration-invalid", "The declaration has mistakes"),
    DeclarationUnknown: Kind(404, "declaration-unknown", "Nothing of this name is declared"),
    RevisionChanged: Kind(409, "revision-changed", "Somebody else has changed it meanwhile"),
    TrialRefused: Kind(409, "trial-refused", "This function can't be tried"),
    Unauthenticated: Kind(401, "unauthenticated", "A valid API key or token is required"),
    TokenExpired: Kind(401, "token-expired", "The token has expired"),
    Forbidden: Kind(403, "forbidden", "This caller may not do that"),
    OriginRefused: Kind(403, "origin-refused", "Pages of this origin may not do that"),
    KeyUnknown: Kind(404, "key-unknown", "There is no such key"),
    KeyExists: Kind(409, "key-exists", "There is a key of this name"),
    RateExceeded: Kind(429, "rate-exceeded", "Too many requests", retry_after=60),
    OriginUnknown: Kind(409, "origin-unknown", "Pages of this origin are not allowed"),
    EmbeddingOff: Kind(409, "embedding-off", "This installation issues no embed tokens"),
    ScriptUnknown: Kind(404, "script-unknown", "There is no such script to start"),
    SessionNotFound: Kind(404, "session-not-found", "There is no such session"),
    TurnChanged: Kind(409, "turn-changed", "Another turn is on"),
    ChoiceUnknown: Kind(422, "choice-unknown", "There is no such choice"),
    StepChanged: Kind(409, "step-changed", "The session is at another step"),
    LeaseTaken: Kind(409, "lease-taken", "Somebody else works on this session"),
    CursorInvalid: Kind(422, "cursor-invalid", "This cursor is none"),
    NothingToWatch: Kind(422, "nothing-to-watch", "A stream needs something to watch"),
    TakeoverWithoutReason: Kind(422, "reason-missing", "Taking over a session needs a reason"),
    RequestInProgress: Kind(409, "request-in-progress", "The same request is being carried out", retry_after=1),
    BackBlocked: Kind(409, "back-blocked", "Going back is not possible"),
    BackNeedsConfirmation: Kind(409, "back-needs-confirmation", "Going back would give up parallel branches"),
    OptionsUnknown: Kind(404, "options-unknown", "This field does not search for its choices"),
    OptionsFailed: Kind(502, "options-failed", "The choices could not be looked up"),
    ManualImpossible: Kind(409, "not-manual", "Nothing can be answered by hand now"),
    NotRetryable: Kind(409, "not-retryable", "There is nothing to retry"),
    SessionEnded: Kind(410, "session-ended", "The session has ended"),
    AnswersInvalid: Kind(422, "answers-invalid", "Some answers are not valid"),
    VariablesInvalid: Kind(422, "variables-invalid", "Some variables are not valid"),
    IdempotencyKeyReused: Kind(422, "idempotency-key-reused", "This Idempotency-Key belongs to another request"),
    FormUnsupported: Kind(
        500, "form-unsupported", "This step has a form that can't be shown; its author must change it"
    ),
    IssuerUnavailable: Kind(503, "issuer-unavailable", "The issuer of this token cannot be reached", retry_after=10),
    MessageUnexpected: Kind(409, "message-unexpected", "Nothing waits for this message"),
    MessageAmbiguous: Kind(409, "message-ambiguous", "More than one waits for this message"),
    WebhookUnknown: Kind(404, "webhook-unknown", "There is no such webhook"),
    WebhooksOff: Kind(409, "webhooks-off", "This installation sends no events to webhooks"),
    WebhookInvalid: Kind(422, "webhook-invalid", "This address can't be a webhook"),
    DraftUnknown: Kind(404, "draft-unknown", "The script has no draft"),
    DraftFileUnknown: Kind(404, "draft-file-unknown", "The draft has no such file"),
    DraftExists: Kind(409, "draft-exists", "The script has a draft"),
    DraftChanged: Kind(412, "draft-changed", "Somebody else has changed the draft meanwhile"),
    VersionMissing: Kind(428, "version-missing", "A change must say which version it was made on"),
    FilesRefused: Kind(422, "files-refused", "A script can't have such files"),
    ReleaseUnknown: Kind(404, "release-unknown", "There is no such release"),
    ReleaseFileUnknown: Kind(404, "release-file-unknown", "The release has no such file"),
    DraftRefused: Kind(422, "release-refused", "The draft can't be published: it has mistakes"),
    CasesFailed: Kind(422, "cases-failed", "Not all test cases of the draft pass"),
    SessionUnfinished: Kind(409, "session-unfinished", "The session has not come to an end of its script"),
    RecordingGone: Kind(410, "recording-gone", "What this session was is kept no longer"),
    NothingPinned: Kind(404, "nothing-pinned", "No running release has pinned this contract"),
    ContractDiffers: Kind(409, "contract-differs", "This contract can't take the other's place"),
    RolloutUnknown: Kind(404, "rollout-unknown", "Nothing of the script is rolled out"),
    RolloutChanged: Kind(412, "rollout-changed", "Somebody else has switched the rollout meanwhile"),
    RolloutRefused: Kind(422, "rollout-refused", "These rules are not possible"),
    NothingToRollBack: Kind(409, "nothing-to-roll-back", "There were no other rules before"),
    WorkersUnavailable: Kind(503, "workers-unavailable", "No worker can be asked", retry_after=2),
    EngineUnavailable: Kind(503, "engine-unavailable", "The process engine cannot be reached", retry_after=2),
    EngineError: Kind(502, "engine-refused", "The process engine could not carry out the request"),
    ReleaseRetired: Kind(409, "release-retired", "This release has left the engine"),
    TextRefused: Kind(422, "text-refused", "A text has a character that can't be kept"),
    StoreUnavailable: Kind(503, "store-unavailable", "The database cannot be reached", retry_after=2),
    StoreError: Kind(500, "store-refused", "The database could not carry out the request"),
}
_WITH_A_BODY = {"400": "The request can't be read", "413": "The body is too large"}
_WITH_A_CALLER = {"429": "Too many requests; Retry-After says when to go on"}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
UNFORESEEN = Kind(500, "internal", "Something went wrong here; it has been logged")
_EXTENSIONS = {"errors": "by_field"} | {
    name: name for name in ("findings", "report", "branches", "holder", "turn", "version", "changed_at", "changed_by")
}
"""Members of a problem and the attributes of errors that they come from."""
_HTTP_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 400: "bad-request"}


def kind_of(error: Exception) -> Kind:
    """Return what ``error`` looks like from outside: the entry of its nearest class in `KINDS`.

    Raises:
        KeyError: neither its class nor one that it inherits from is known.
    """
    for cls in type(error).__mro__:
        if cls in KINDS:
            return KINDS[cls]
    raise KeyError(type(error))


def problem_of(error: Exception) -> Problem:
    """Return the problem that ``error`` is answered as.

    Raises:
        KeyError: neither its class nor one that it inherits from is known.
    """
    kind = kind_of(error)
    return described(kind, _said(kind, error), **_members(error))


def described(kind: Kind, detail: str | None = None, **members: Any) -> Problem:
    """Build a problem."""
    return Problem(type=f"{_TYPE}{kind.slug}", title=kind.title, status=kind.status, detail=detail, **members)


def _members(error: Exception) -> dict[str, Any]:
    return {name: getattr(error, attribute, None) for name, attribute in _EXTENSIONS.items()}


def _said(kind: Kind, error: Exception) -> str | None:
    # What an engine or a database says may quote customers' data, so only our own sentences go out.
    return str(error) or None if kind.status < 500 else None


def problem_response(kind: Kind, detail: str | None = None, **extensions: Any) -> JSONResponse:
    """Build the answer for a problem; ``extensions`` that are None are left out."""
    headers = {"Retry-After": str(kind.retry_after)} if kind.retry_after else {}
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = described(kind, detail, **extensions).model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, kind.status, headers, MEDIA_TYPE)


async def _known(_request: Request, error: Exception) -> JSONResponse:
    kind = kind_of(error)
    if isinstance(error, RateExceeded):
        kind = replace(kind, retry_after=error.retry_after)
    if kind.status >= 500:
        _log.warning("request failed", problem=kind.slug, cause=type(error).__name__)
    return problem_response(kind, _said(kind, error), **_members(error))


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    by_field: dict[str, list[str]] = {}
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"] if part != "body") or "body"
        by_field.setdefault(place, []).append(item["msg"])
    return problem_response(Kind(422, "request-invalid", "The request is not valid"), errors=by_field)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    slug = _HTTP_SLUGS.get(error.status_code, f"http-{error.status_code}")
    return problem_response(Kind(error.status_code, slug, str(error.detail)))


def _is_problem(described: Mapping[str, Any]) -> bool:
    return str(described.get("schema", {}).get("$ref", "")).endswith(f"/{Problem.__name__}")


def _describe(app: FastAPI) -> None:
    """Say in the OpenAPI document what FastAPI has no other way to say.

    Problems have their own media type; what any body and any caller may be refused for is refused everywhere.
    """
    make = app.openapi

    def described() -> dict[str, Any]:
        document = make()
        operations = [operation for methods in document["paths"].values() for operation in methods.values()]
        for operation in operations:
            everywhere = dict(_WITH_A_BODY) if "requestBody" in operation else {}
            everywhere |= _WITH_A_CALLER if "security" in operation else {}
            for status, description in everywhere.items():
                operation["responses"].setdefault(status, {"description": description, "content": _PROBLEM})
        for content in (answer.get("content", {}) for one in operations for answer in one["responses"].values()):
            for media in [
                media for media, described in content.items() if media != MEDIA_TYPE and _is_problem(described)
            ]:
                content[MEDIA_TYPE] = content.pop(media)
        return document

    app.openapi = described  # type: ignore[method-assign]


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe, for the OpenAPI document, that a router answers with problems of these statuses."""
    return {status: {"model": Problem, "content": {"application/problem+json": {}}} for status in statuses}


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem."""
    _describe(app)
    for cls in KINDS:
        app.add_exception_handler(cls, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
