"""The releases of the public contract."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse

from player_api import problems
from player_api.authoring.archives import write_archive
from player_api.authoring.models import (
    Diff,
    FileName,
    NewRelease,
    Number,
    PublishedDraft,
    Release,
    ReleaseDetails,
    ReleaseFile,
    ScriptKey,
)
from player_api.authoring.parameters import (
    ARCHIVE,
    FILE,
    After,
    Author,
    Before,
    Context,
    Form,
    Publisher,
)
from player_api.authoring.progress import Tell, followed, untold
from player_api.authoring.publication import Wish
from player_api.authoring.published import file_of

router = APIRouter(tags=["drafts"], responses=problems.answers(401, 403, 404, 409, 412, 422, 428, 503))


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


@router.get("/scripts/{script}/releases/{number}/archive", response_class=Response, responses=ARCHIVE)
async def read_release_archive(
    script: ScriptKey, number: Number, context: Context, _author: Author, form: Form = "closed"
) -> Response:
    """Read all files of a release as a zip archive: exactly what was published, or what can be changed further."""
    files = await context.published.files(script, number, form)
    headers = {"Content-Disposition": f'attachment; filename="{script}-{number}.zip"'}
    archive = await asyncio.to_thread(write_archive, files)
    return Response(archive, media_type="application/zip", headers=headers)


@router.get("/scripts/{script}/releases/{number}/files/{name:path}", response_class=Response, responses=FILE)
async def read_release_file(
    script: ScriptKey, number: Number, name: FileName, context: Context, _author: Author, form: Form = "closed"
) -> Response:
    """Read a file of a release."""
    files = await context.published.files(script, number, form)
    return Response(file_of(files, name), media_type="application/octet-stream")
