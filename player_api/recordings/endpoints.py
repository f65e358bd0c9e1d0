"""Recording of the public contract."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from player_api import problems
from player_api.authoring.parameters import Author
from player_api.recordings.recording import Recorder

router = APIRouter(tags=["sessions"], responses=problems.answers(401, 403, 404, 409, 410, 422, 503))
_YAML = {"application/yaml": {"schema": {"type": "string"}}}


def _recorder(request: Request) -> Recorder:
    recorder: Recorder = request.app.state.recorder
    return recorder


@router.get(
    "/sessions/{session_id}/case", response_class=Response, responses={200: {"description": "A case", "content": _YAML}}
)
async def record_session(
    session_id: UUID, recorder: Annotated[Recorder, Depends(_recorder)], author: Author
) -> Response:
    """Make a test case of a session that has ended: its answers and what functions answered, without personal data."""
    return Response(await recorder.record(author, session_id), media_type="application/yaml")
