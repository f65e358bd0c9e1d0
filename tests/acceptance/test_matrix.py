"""Every shipped script in every channel that it is for, walked or talked through to every end on a real engine."""

import pytest
from lxml import etree

from stack.folder import ROOT
from tests.acceptance.backoffice import Backoffice
from tests.acceptance.billing import Billing
from tests.acceptance.customer import Customer
from tests.acceptance.matrix import BY_STEPS, PAGE, Conversation, conversations, page
from tests.acceptance.operator import Operator
from tests.acceptance.test_internet_support import walk

ALL = list(conversations())


@pytest.mark.long
@pytest.mark.parametrize("one", [one for one in ALL if one.answers], ids=lambda one: one.id)
async def test_step_by_step(operator: Operator, billing: Billing, backoffice: Backoffice, one: Conversation) -> None:
    del billing, backoffice
    session = await walk(operator, await operator.start(one.script, one.channel), list(one.answers))
    assert (session["state"], session["channel"], session["result"]["end"]) == ("ended", one.channel, one.end)


@pytest.mark.long
@pytest.mark.parametrize("one", [one for one in ALL if one.replies], ids=lambda one: one.id)
async def test_spoken(customer: Customer, billing: Billing, backoffice: Backoffice, one: Conversation) -> None:
    del billing, backoffice
    await customer.calls(script=one.script, channel=one.channel, locale=one.locale)
    for reply in one.replies:
        await (customer.presses(reply) if one.channel == "ivr" else customer.says(reply))
    assert (customer.turn["state"], customer.turn["result"]["end"]) == ("ended", one.end)


def test_every_end_is_reached_in_every_channel_of_operators() -> None:
    for script in {one.script for one in ALL}:
        diagram = etree.parse(ROOT / "bpmn" / script / "script.bpmn").getroot()
        ends = {end.get("id") for end in diagram.iterfind(".//{*}endEvent")}
        for channel in BY_STEPS:
            assert {one.end for one in ALL if (one.script, one.channel) == (script, channel)} == ends


def test_the_page_is_about_these_conversations() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(ALL), "./scripts/acceptance walks them and writes it anew"
