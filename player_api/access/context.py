"""What deciding who may call takes, composed once a process."""

from dataclasses import dataclass

from player_api.access.embed_tokens import EmbedTokens
from store.journal import Journal
from store.origins import Origins


@dataclass(frozen=True)
class AccessContext:
    """The parts that the acts of access share."""

    embed_tokens: EmbedTokens
    origins: Origins
    journal: Journal
