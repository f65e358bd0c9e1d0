"""Frequent questions in a chat, walked to every end in its channel."""

import pytest

from tests.acceptance.cases import Case, cases_of
from tests.acceptance.operator import Operator

SCRIPT = "text_chat_basics"


@pytest.mark.parametrize("case", cases_of(SCRIPT), ids=lambda case: case.name)
async def test_every_case_ends_where_its_author_says(operator: Operator, case: Case) -> None:
    session = await operator.start(SCRIPT, "chat")
    for step, given in case.answers:
        assert session["step"]["key"] == step
        session = await operator.answer(session, given)
    assert (session["state"], session["result"]["end"]) == ("ended", case.end)
    assert session["result"]["variables"]["outcome"] == case.outcome
