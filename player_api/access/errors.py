"""Refusals.

AccessError
├── Unauthenticated
└── Forbidden
"""


class AccessError(Exception):
    """The caller is refused."""


class Unauthenticated(AccessError):
    """No key was given, or it is unknown, expired or revoked."""


class Forbidden(AccessError):
    """The caller is known and has none of the roles that this needs."""
