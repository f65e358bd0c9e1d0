"""The functions that a session waits for, as they are shown."""

from engine import WaitingExternalTask
from functions.declaration import Effect
from player_api.forms.errors import FormUnsupported
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.models import WaitingFunction
from store.sessions import StoredSession

_STOPPED = "it was stopped by hand"


async def waiting_function(
    context: SessionContext, session: StoredSession, task: WaitingExternalTask
) -> WaitingFunction:
    """Say what an external task waits for, as its function is declared now.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    catalogue = await context.declarations.known()
    function = catalogue.functions.get(task.topic)
    system = catalogue.systems.get(function.system) if function and function.system else None
    language = Sentences(session.locale).language
    return WaitingFunction(
        function=task.topic,
        title=function.title_in(language) if function else None,
        system=system.name if system else None,
        system_title=system.title_in(language) if system else None,
        since=task.created,
        error=(task.error_message or _STOPPED) if task.retries == 0 else None,
        manual=await may_give_way(context, session, task),
    )


async def may_give_way(context: SessionContext, session: StoredSession, task: WaitingExternalTask) -> bool:
    """Whether a person may answer in place of a function that has not failed: it changes nothing, and has a form.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    function = (await context.declarations.known()).functions.get(task.topic)
    if task.retries == 0 or function is None or function.effect is not Effect.READ:
        return False
    try:
        return await context.manual_forms.of(session, function) is not None
    except FormUnsupported:
        return False
