"""The forms in which people enter what a function would have answered."""

import json
from collections.abc import MutableMapping

from cachetools import LRUCache

from functions.declaration import Function
from player_api.forms.form import Form
from player_api.forms.parsing import parse_form
from store.releases import Releases
from store.sessions import StoredSession


class ManualForms:
    """Forms for manual entry by release and file, read once: a release never changes."""

    def __init__(self, releases: Releases, *, remembered: int = 1_000) -> None:
        self._releases = releases
        self._known: MutableMapping[tuple[str, int, str], Form | None] = LRUCache(remembered)

    async def of(self, session: StoredSession, function: Function | None) -> Form | None:
        """Return the form for a function's outputs; None where it is not declared, or the release has no such file.

        Raises:
            StoreUnavailable: the database cannot be reached.
            FormUnsupported: it can't be shown.
        """
        if function is None or function.fallback is None or function.fallback.manual is None:
            return None
        place = (session.script, session.release, function.fallback.manual)
        if place not in self._known:
            content = await self._releases.form_file(*place)
            self._known[place] = None if content is None else parse_form(json.loads(content))
        return self._known[place]
