"""Values at a step that are older than they should be, because a system was down."""

from collections.abc import Mapping
from typing import Any

from functions.staleness import Stale
from player_api.forms.form import Form
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.models import StaleValue
from store.sessions import StoredSession


async def stale_values(
    context: SessionContext, session: StoredSession, form: Form, variables: Mapping[str, Any]
) -> list[StaleValue]:
    """Return the functions whose stale outputs a form shows or refers to, the oldest first.

    Raises:
        StoreUnavailable: the declarations have to be read, and the database can't be reached.
    """
    found = [stale for stale in Stale.among(variables) if not form.variables.isdisjoint(stale.outputs)]
    language = Sentences(session.locale).language
    return [
        StaleValue(
            function=stale.function,
            title=declared.title_in(language) if declared else None,
            as_of=stale.as_of,
        )
        for stale in found
        for declared in [await context.declarations.function(stale.function)]
    ]
