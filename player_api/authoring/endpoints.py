"""The drafts of the public contract."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from player_api import problems
from player_api.authoring.archives import read_archive, write_archive
from player_api.authoring.files import LARGEST_SCRIPT
from player_api.authoring.folders import unwrapped
from player_api.authoring.models import (
    AuthoredScript,
    Draft,
    DraftChange,
    FileName,
    Finding,
    Findings,
    NewDraft,
    Number,
    ScriptKey,
)
from player_api.authoring.parameters import (
    ARCHIVE,
    BYTES,
    FILE,
    ZIP,
    Author,
    Context,
    EarlierThan,
    PageSize,
    RequiredVersion,
    SeenVersion,
)
from player_api.releases.cases import Report
from store.drafts import DraftOutline

router = APIRouter(tags=["drafts"], responses=problems.answers(401, 403, 404, 409, 412, 422, 428, 503))


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


@router.delete("/scripts/{script}/draft", status_code=204)
async def delete_draft(script: ScriptKey, context: Context, author: Author, version: RequiredVersion) -> None:
    """Delete a draft; its history stays, and so do the script's releases. Begun again, it goes on with its history."""
    await context.desk.discard(author, script, version)


@router.get("/scripts/{script}/draft/files/{name:path}", response_class=Response, responses=FILE)
async def read_draft_file(script: ScriptKey, name: FileName, context: Context, _author: Author) -> Response:
    """Read a file of a draft; the ETag is the draft's version."""
    outline = await context.desk.outline(script)
    content = await context.desk.file(script, name, outline.version)
    return Response(content, media_type="application/octet-stream", headers={"ETag": f'"{outline.version}"'})


@router.put("/scripts/{script}/draft/files/{name:path}", openapi_extra=_body(BYTES))
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
async def read_draft_history(
    script: ScriptKey, context: Context, _author: Author, before: EarlierThan = None, limit: PageSize = 200
) -> list[DraftChange]:
    """Say who changed what in a draft, the newest first; also of one that was deleted."""
    return [DraftChange.of(change) for change in await context.desk.history(script, before, limit)]


@router.get("/scripts/{script}/draft/history/{version}/files/{name:path}", response_class=Response, responses=FILE)
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


@router.get("/scripts/{script}/archive", response_class=Response, responses=ARCHIVE)
async def read_draft_archive(script: ScriptKey, context: Context, _author: Author) -> Response:
    """Read all files of a draft as a zip archive; the ETag is the draft's version."""
    draft = await context.desk.read(script)
    headers = {"ETag": f'"{draft.version}"', "Content-Disposition": f'attachment; filename="{script}.zip"'}
    archive = await asyncio.to_thread(write_archive, draft.files)
    return Response(archive, media_type="application/zip", headers=headers)


@router.put("/scripts/{script}/archive", openapi_extra=_body(ZIP))
async def write_draft_archive(
    script: ScriptKey, request: Request, context: Context, author: Author, version: SeenVersion, response: Response
) -> Draft:
    """Make a draft hold the files of a zip archive and no others; where there is no draft, it is begun."""
    files = unwrapped(await asyncio.to_thread(read_archive, await request.body(), LARGEST_SCRIPT))
    return _shown(await context.desk.put(author, script, version, files), response)
