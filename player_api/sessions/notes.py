"""Notes of operators, which go on with the session to whoever claims it."""

from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.lease import refusal
from player_api.sessions.models import Notes, NotesRequest, Session
from player_api.sessions.open import find_open


async def save_notes(context: SessionContext, caller: Caller, session_id: UUID, request: NotesRequest) -> Notes:
    """Keep notes in place of those before.

    Raises:
        SessionNotFound, SessionEnded, LeaseTaken: nothing is kept.
        StoreUnavailable: nothing is kept.
    """
    session = await find_open(context, caller, session_id)
    saved = await context.notes.save(session.id, request.text, caller.name)
    if saved is None:
        raise await refusal(context, caller, session.id)
    return Notes(**vars(saved))


async def with_notes(context: SessionContext, view: Session) -> Session:
    """Return a session with its notes.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    notes = await context.notes.of_session(view.id)
    return view if notes is None else view.model_copy(update={"notes": Notes(**vars(notes))})
