import re

import pytest
import structlog

from runtime import correlation


@pytest.mark.parametrize("given", ["a", "call-42", "a.b:c_d-e", "x" * 64])
def test_a_harmless_id_is_accepted(given: str) -> None:
    assert correlation.accept(given) == given


@pytest.mark.parametrize("given", [None, "", "x" * 65, "two words", "line\nbreak", "ид", "{x}", "a\n"])
def test_anything_else_gets_a_new_one(given: str | None) -> None:
    made = correlation.accept(given)
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert correlation.accept(given) != made


def test_binding_adds_ids_and_leaves_out_what_is_unknown() -> None:
    with structlog.contextvars.bound_contextvars():
        structlog.contextvars.clear_contextvars()
        correlation.bind("call-1", session="s-1", step=None)
        assert structlog.contextvars.get_contextvars() == {"correlation_id": "call-1", "session": "s-1"}
        structlog.contextvars.clear_contextvars()
