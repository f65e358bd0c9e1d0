"""From where the request at hand comes, for whatever is recorded while it is carried out."""

from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)


def bind(address: str | None) -> None:
    """Remember an address for the rest of this task."""
    _address.set(address)


def current() -> str | None:
    """Return the address of who asks, None for work that nobody has asked for."""
    return _address.get()
