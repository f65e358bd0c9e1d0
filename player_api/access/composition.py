"""Access, composed from the facade's settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from player_api.access.context import AccessContext
from player_api.access.embed_tokens import EmbedTokens
from player_api.access.oidc import Issuers
from player_api.access.origins import AllowedOrigins
from player_api.access.rates import Rates
from player_api.access.sign_in import Bearers, KeyRing
from player_api.access.usage import Usage, telling
from runtime.settings import Settings
from store.audit import Audit
from store.database import Database
from store.journal import Journal
from store.keys import Keys
from store.origins import Origins
from store.request_counts import RequestCounts


@dataclass(frozen=True)
class Access:
    """Everything that decides who may call.

    Attributes:
        context: what the acts of access share.
        sign_in: tells who calls.
        origins: which pages may read answers.
    """

    context: AccessContext
    sign_in: Bearers
    origins: AllowedOrigins
    _issuers: Issuers
    _usage: Usage
    _rates: Rates
    _counts: RequestCounts

    @classmethod
    def of(cls, settings: Settings, database: Database) -> "Access":
        """Compose it for one process."""
        journal, keys, origins = Journal(database), Keys(database), Origins(database)
        embed_tokens = EmbedTokens(settings.signing_keys())
        counts = RequestCounts(database)
        rates = Rates(counts, a_person=settings.person_requests_a_minute, a_key=settings.key_requests_a_minute)
        usage = Usage(keys, journal)
        issuers = Issuers(settings.oidc_issuers or ())
        sign_in = Bearers(KeyRing(keys, usage.key_used), embed_tokens, issuers, rates, usage)
        context = AccessContext(embed_tokens, origins, keys, Audit(database), journal)
        return cls(context, sign_in, AllowedOrigins(origins), issuers, usage, rates, counts)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell other processes and the store what is counted here, and ask issuers, beside the work of the block."""
        async with self._issuers.open(), telling(self._usage, self._rates, self._counts):
            yield
