from collections.abc import Iterator

import pytest

from engine.errors import EngineError
from player_api.access.errors import AccessError
from player_api.problems import KINDS, kind_of
from player_api.sessions.errors import SessionError
from store.errors import StoreError


def _leaves(error: type[Exception]) -> Iterator[type[Exception]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for cls in below:
        yield from _leaves(cls)


@pytest.mark.parametrize(
    "error", [leaf for root in (EngineError, StoreError, SessionError, AccessError) for leaf in _leaves(root)]
)
def test_every_error_of_the_layers_below_has_a_status(error: type[Exception]) -> None:
    assert 400 <= kind_of(error.__new__(error)).status < 600


def test_an_unknown_error_has_none() -> None:
    with pytest.raises(KeyError):
        kind_of(ZeroDivisionError())


def test_slugs_are_stable_and_unique() -> None:
    assert sorted({kind.slug for kind in KINDS.values()}) == sorted(kind.slug for kind in KINDS.values())


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.status == 503])
def test_what_passes_by_itself_says_when_to_come_back(kind: object) -> None:
    assert kind.retry_after  # type: ignore[attr-defined]
