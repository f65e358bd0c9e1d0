import re

import pytest

from engine.history import InstanceState
from player_api.access.principal import Role
from player_api.sessions.models import Action, ShownState
from stack.folder import ROOT
from tests.docs.pages import rows

PAGE = ROOT / "docs" / "glossary.md"
AGREED = """
    script, draft, release, rollout, canary, session, step, input, channel, handoff, lease, tenant, team,
    integration function, system, effect, deadline, limit, BPMN error, failure, incident,
    external task, topic, worker, lock, call activity, user task, business key, deployment
"""
"""What the parts agreed on before there was code."""
NOT_USED = "workflow, flow, job, handler, manager, helper, utils, common, service, misc"


def words() -> list[str]:
    return [row[0].strip("*") for row in rows(PAGE, "word")]


def listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


@pytest.mark.parametrize("word", listed(AGREED))
def test_what_was_agreed_on_is_defined(word: str) -> None:
    assert word in words()


def test_a_word_is_defined_once() -> None:
    assert sorted(words()) == sorted(set(words()))


def test_every_word_has_a_russian_one_and_a_meaning() -> None:
    for word, russian, meaning in rows(PAGE, "word"):
        assert re.search("[а-яё]", russian, re.IGNORECASE) or russian == "FEEL", word
        assert len(meaning.split()) > 2, word


@pytest.mark.parametrize("word", listed(NOT_USED))
def test_what_is_not_used_is_said(word: str) -> None:
    assert f"**{word}**" in PAGE.read_text().split("## Words that are not used")[1]
    assert word not in words()


def test_words_of_the_interface_are_explained_somewhere() -> None:
    text = " ".join(path.read_text() for path in (PAGE, ROOT / "docs" / "api.md", ROOT / "docs" / "architecture.md"))
    shown = [*Role, *ShownState, *(action for action in Action if action is not Action.NEXT)]
    assert [word for word in shown if f"`{word}`" not in text] == []
    assert InstanceState.ACTIVE not in words()
