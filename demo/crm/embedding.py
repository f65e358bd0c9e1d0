"""What the CRM's back end asks Script Manager for: a short-lived token for one operator's page."""

from typing import Any

import httpx

from demo.logs import get

OPERATORS = {"o.petrova": "Ольга Петрова", "i.lapin": "Игорь Лапин", "m.orlova": "Мария Орлова"}
"""Who may sign in, by login. A real CRM would ask for a password; this one has nothing but made-up people."""


class EmbeddingFailed(Exception):
    """No token was given; the text says why, for the operator."""


class Embedding:
    """Asks for embed tokens with the CRM's own key, which never reaches a page.

    Args:
        client: a client of Script Manager, with the key.
        origin: of the CRM's pages.
        has_key: whether there is a key at all.
    """

    def __init__(self, client: httpx.AsyncClient, origin: str, *, has_key: bool) -> None:
        self._client = client
        self._origin = origin
        self._has_key = has_key

    async def token(self, operator: str) -> dict[str, Any]:
        """A token for the page of an operator, and when it ends.

        Raises:
            EmbeddingFailed: Script Manager can't be reached or refuses.
        """
        if not self._has_key:
            raise EmbeddingFailed("The CRM has no key of Script Manager: set DEMO_CRM_SCRIPT_MANAGER_KEY.")
        wanted = {"operator": operator, "origin": self._origin}
        try:
            answer = await self._client.post("/api/v1/embed-tokens", json=wanted)
            if answer.is_success:
                return dict(answer.json())
            reason = str(answer.json()["title"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            reason = type(error).__name__
        get(__name__).warning("no_token", reason=reason)
        raise EmbeddingFailed(f"Script Manager gave no token: {reason}.")
