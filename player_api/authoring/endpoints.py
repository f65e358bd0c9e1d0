"""The drafts of the public contract."""

import asyncio
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse
from pydantic import Field

from player_api import problems
from player_api.access.principal import Principal, Role, allow
from player_api.authoring.archives import read_archive, write_archive
from player_api.authoring.context import AuthoringContext
from player_api.authoring.errors import VersionMissing
from player_api.authoring.files import LARGEST_SCRIPT
from player_api.authoring.folders import unwrapped
from player_api.authoring.models import (
    AuthoredScript,
    Diff,
    Draft,
    DraftChange,
    FileName,
    Finding,
    Findings,
    NewDraft,
    NewRelease,
    Number,
    PublishedDraft,
    Release,
    ReleaseDetails,
    ReleaseFile,
    ScriptKey,
)
from player_api.authoring.progress import Tell, followed, untold
from player_api.authoring.publication import Wish
from player_api.authoring.published import file_of
from player_api.releases.cases import Report
from player_api.sessions.context import Caller
from store.drafts import DraftOutline

router = APIRouter(tags=["drafts"], responses=problems.answers(401, 403, 404, 409, 412, 422, 428, 503))


def _context(request: Request) -> AuthoringContext:
    context: AuthoringContext = request.app.state.authoring
    return context


def _caller(request: Request, principal: Annotated[Principal, Depends(allow(Role.AUTHOR, Role.PUBLISHER))]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


def _version(
    if_match: Annotated[
        str | None, Header(max_length=40, description='The version that the change was made on, such as `"7"`')
    ] = None,
) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'"([0-9]{1,9})"', if_match)
    if found is None:
        raise VersionMissing('If-Match must be the version of the draft in quotes, such as "7"')
    return int(found[1])


def _required(version: Annotated[int | None, Depends(_version)]) -> int:
    if version is None:
        raise VersionMissing("say in If-Match which version of the draft the change was made on")
    return version


Context = Annotated[AuthoringContext, Depends(_context)]
Author = Annotated[Caller, Depends(_caller)]
SeenVersion = Annotated[int | None, Depends(_version)]
RequiredVersion = Annotated[int, Depends(_required)]


def _publisher(request: Request, principal: Annotated[Principal, Depends(allow(Role.PUBLISHER))]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


Publisher = Annotated[Caller, Depends(_publisher)]
Form = Annotated[
    Literal["closed", "sources"],
    Query(alias="of", description="The files as published, with all that they call, or as their author made them"),
]
_State = Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["draft"]
Before = Annotated[_State, Query(alias="from", description="Number of a release, or `draft`")]
After = Annotated[_State, Query(alias="to", description="Number of a release, or `draft`")]
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_FILE: dict[int | str, dict[str, Any]] = {200: {"description": "The file", "content": _BYTES}}
_ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"description": "A zip archive", "content": _ZIP}}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": content}}


def _shown(outline: DraftOutline, response: Response) -> Draft:
    response.headers["ETag"] = f'"{outline.version}"'
    return Draft.of(outline)


@router.get("/drafts")
async def list_drafts(context: Context, _author: Author) -> list[AuthoredScript]:
    """List all scripts that have a draft or a release."""
    return [AuthoredScript.of(script) for script in await context.desk.scripts()]


@router.get("/scripts/{script}/draft")
async def read_draft(script: ScriptKey, context: Context, _author: Author, response: Response) -> Draft:
    """Read what files a draft has; its version is the ETag."""
    return _shown(await context.desk.outline(script), response)


@router.put("/scripts/{script}/draft")
async def write_draft(
    script: ScriptKey, body: NewDraft, context: Context, author: Author, version: SeenVersion, response: Response
) -> Draft:
    """Begin a draft, empty or with a release's files; with If-Match a draft that is there gets the release's files."""
    if body.from_release is None:
        return _shown(await context.desk.create(author, script, {}), response)
    files = await context.published.files(script, body.from_release, "sources")
    return _shown(await context.desk.put(author, script, version, files, body.from_release), response)


@router.get("/scripts/{script}/draft/files/{name:path}", response_class=Response, responses=_FILE)
async def read_draft_file(script: ScriptKey, name: FileName, context: Context, _author: Author) -> Response:
    """Read a file of a draft; the ETag is the draft's version."""
    outline = await context.desk.outline(script)
    content = await context.desk.file(script, name, outline.version)
    return Response(content, media_type="application/octet-stream", headers={"ETag": f'"{outline.version}"'})


@router.put("/scripts/{script}/draft/files/{name:path}", openapi_extra=_body(_BYTES))
async def write_draft_file(
    script: ScriptKey,
    name: FileName,
    request: Request,
    context: Context,
    author: Author,
    version: RequiredVersion,
    response: Response,
) -> Draft:
    """Write a file of a draft: the body is its content, as it is."""
    changed = await context.desk.change(author, script, version, {name: await request.body()})
    return _shown(changed, response)


@router.delete("/scripts/{script}/draft/files/{name:path}")
async def delete_draft_file(
    script: ScriptKey, name: FileName, context: Context, author: Author, version: RequiredVersion, response: Response
) -> Draft:
    """Delete a file of a draft; its history keeps it."""
    changed = await context.desk.delete(author, script, version, name)
    return _shown(changed, response)


@router.get("/scripts/{script}/draft/history")
async def read_draft_history(script: ScriptKey, context: Context, _author: Author) -> list[DraftChange]:
    """Say who changed what in a draft, the newest first."""
    return [DraftChange.of(change) for change in await context.desk.history(script)]


@router.get("/scripts/{script}/draft/history/{version}/files/{name:path}", response_class=Response, responses=_FILE)
async def read_earlier_file(
    script: ScriptKey, version: Number, name: FileName, context: Context, _author: Author
) -> Response:
    """Read a file as it was at a version of the draft."""
    return Response(await context.desk.file(script, name, version), media_type="application/octet-stream")


@router.post("/scripts/{script}/draft/check")
async def check_draft(script: ScriptKey, context: Context, _author: Author) -> Findings:
    """Say everything that is wrong with a draft; nothing of it is run."""
    draft = await context.desk.read(script)
    found = await context.closing.check(draft)
    return Findings(version=draft.version, findings=[Finding.of(finding) for finding in found])


@router.post("/scripts/{script}/draft/test")
async def try_draft(script: ScriptKey, context: Context, _author: Author) -> Report:
    """Run the test cases of a draft on the engine; no system is asked, and nothing is published."""
    return await context.publication.test(script)


@router.get("/scripts/{script}/archive", response_class=Response, responses=_ARCHIVE)
async def read_draft_archive(script: ScriptKey, context: Context, _author: Author) -> Response:
    """Read all files of a draft as a zip archive; the ETag is the draft's version."""
    draft = await context.desk.read(script)
    headers = {"ETag": f'"{draft.version}"', "Content-Disposition": f'attachment; filename="{script}.zip"'}
    archive = await asyncio.to_thread(write_archive, draft.files)
    return Response(archive, media_type="application/zip", headers=headers)


@router.put("/scripts/{script}/archive", openapi_extra=_body(_ZIP))
async def write_draft_archive(
    script: ScriptKey, request: Request, context: Context, author: Author, version: SeenVersion, response: Response
) -> Draft:
    """Make a draft hold the files of a zip archive and no others; where there is no draft, it is begun."""
    files = unwrapped(await asyncio.to_thread(read_archive, await request.body(), LARGEST_SCRIPT))
    return _shown(await context.desk.put(author, script, version, files), response)


@router.get("/scripts/{script}/diff")
async def read_diff(script: ScriptKey, context: Context, _author: Author, before: Before, after: After) -> Diff:
    """Say what is different between two releases, or a release and the draft, in words and by element."""
    return Diff.of(script, before, after, await context.differences.between(script, before, after))


@router.post(
    "/scripts/{script}/releases",
    status_code=201,
    response_model=PublishedDraft,
    responses={200: {"description": "The same content was published before", "model": PublishedDraft}},
)
async def publish_draft(
    script: ScriptKey,
    body: NewRelease,
    context: Context,
    publisher: Publisher,
    accept: Annotated[str, Header(max_length=1000)] = "",
) -> Response:
    """Publish a draft: check it, run its test cases, deploy it with all that it calls, and give it to new sessions.

    The same content is the same release: it is answered with 200, and rolled out where that is wanted. Asked for with
    `Accept: text/event-stream`, the answer is a stream of `progress` events that ends with a `published` or `problem`.
    """

    async def published(tell: Tell) -> PublishedDraft:
        override = body.override.reason if body.override else None
        wish = Wish(rolls_out=body.roll_out, runs_cases=body.tests == "run", override=override)
        release, report = await context.publication.publish(publisher, script, wish, tell)
        return PublishedDraft(
            script=script,
            release=release.number,
            is_new=release.is_new,
            rolled_out=body.roll_out,
            report=report,
        )

    if EventSourceResponse.media_type in accept:
        await context.desk.outline(script)
        return EventSourceResponse(followed(published))
    outcome = await published(untold)
    return JSONResponse(outcome.model_dump(mode="json"), 201 if outcome.is_new else 200)


@router.get("/scripts/{script}/releases")
async def list_releases(script: ScriptKey, context: Context, _author: Author) -> list[Release]:
    """List the releases of a script, the newest first; of a script that has none, none."""
    return [Release.of(release) for release in await context.published.all(script)]


@router.get("/scripts/{script}/releases/{number}")
async def read_release(script: ScriptKey, number: Number, context: Context, _author: Author) -> ReleaseDetails:
    """Read a release and which files it has."""
    release = await context.published.release(script, number)
    closed = await context.published.files(script, number, "closed")
    sources = await context.published.files(script, number, "sources")
    return ReleaseDetails(**vars(Release.of(release)), closed=ReleaseFile.all(closed), sources=ReleaseFile.all(sources))


@router.get("/scripts/{script}/releases/{number}/archive", response_class=Response, responses=_ARCHIVE)
async def read_release_archive(
    script: ScriptKey, number: Number, context: Context, _author: Author, form: Form = "closed"
) -> Response:
    """Read all files of a release as a zip archive: exactly what was published, or what can be changed further."""
    files = await context.published.files(script, number, form)
    headers = {"Content-Disposition": f'attachment; filename="{script}-{number}.zip"'}
    archive = await asyncio.to_thread(write_archive, files)
    return Response(archive, media_type="application/zip", headers=headers)


@router.get("/scripts/{script}/releases/{number}/files/{name:path}", response_class=Response, responses=_FILE)
async def read_release_file(
    script: ScriptKey, number: Number, name: FileName, context: Context, _author: Author, form: Form = "closed"
) -> Response:
    """Read a file of a release."""
    files = await context.published.files(script, number, form)
    return Response(file_of(files, name), media_type="application/octet-stream")
