"""What deciding who may call takes, composed once a process."""

from dataclasses import dataclass
from typing import Any

from player_api.access.embed_tokens import EmbedTokens
from player_api.access.principal import Principal
from store.audit import Audit
from store.journal import Event, EventType, Journal
from store.keys import Keys
from store.origins import Origins


@dataclass(frozen=True)
class AccessContext:
    """The parts that the acts of access share."""

    embed_tokens: EmbedTokens
    origins: Origins
    keys: Keys
    audit: Audit
    journal: Journal


@dataclass(frozen=True)
class Actor:
    """Who changes something, and the id that ties what is logged about it together."""

    principal: Principal
    correlation_id: str

    @property
    def tenant(self) -> str:
        """Where the change is made."""
        return self.principal.tenant

    def did(self, kind: EventType, data: dict[str, Any]) -> Event:
        """Return the event of a change."""
        return Event(kind, tenant=self.tenant, actor=self.principal.name, correlation_id=self.correlation_id, data=data)
