"""Refusals.

AccessError
├── Unauthenticated
│   └── TokenExpired
├── Forbidden
│   └── OriginRefused
├── IssuerUnavailable
├── RateExceeded
├── KeyUnknown
├── KeyExists
├── OriginUnknown
└── EmbeddingOff
"""


class AccessError(Exception):
    """The caller is refused."""


class Unauthenticated(AccessError):
    """No key or token was given, or it is unknown, forged, revoked or meant for somebody else."""


class TokenExpired(Unauthenticated):
    """The token was good and its time is over: a new one helps."""


class Forbidden(AccessError):
    """The caller is known and may not do this."""


class OriginRefused(Forbidden):
    """The token is for a page of another origin than the one that sends it."""


class IssuerUnavailable(AccessError):
    """Whether a token is good can't be told: its issuer doesn't say by which keys."""


class RateExceeded(AccessError):
    """The caller has sent more requests this minute than it may.

    Args:
        message: says so.
        retry_after: seconds until it may send more.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class KeyUnknown(AccessError):
    """The tenant has no such key."""


class KeyExists(AccessError):
    """The name of the new key is in use."""


class OriginUnknown(AccessError):
    """The tenant has not allowed pages of this origin."""


class EmbeddingOff(AccessError):
    """This installation has no key to sign embed tokens with."""
