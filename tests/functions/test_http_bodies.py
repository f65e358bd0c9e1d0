"""Bodies other than JSON, to a system and from it."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.outcome import Failed, Succeeded
from tests.functions.declared import ACCOUNT, CONTEXT, loaded, source
from tests.functions.raw_system import always, http
from tests.functions.test_http import calling, outcome_of

INPUTS = [{"name": "name", "type": "string"}, {"name": "ids", "type": "json"}, {"name": "absent", "type": "string"}]


async def _sent(call: dict[str, Any], name: str = "Анна & <Ко>") -> tuple[bytes, bytes]:
    http_call = {"http": {"method": "POST", "path": "/x", **call}}
    answering = always(http(200, b"{}"))
    async with calling(answering, inputs=INPUTS, call=http_call, errors=None, outputs={}) as (system, function):
        outcome = await function.run({"name": name, "ids": ["1", "2"]}, CONTEXT)
    assert isinstance(outcome.ending, Succeeded)
    head, _, body = system.requests[0].partition(b"\r\n\r\n")
    return head.lower(), body


async def test_a_form_is_sent_as_browsers_send_it() -> None:
    head, body = await _sent({"form": {"who": "name", "id": "ids", "none": "absent", "fixed": '"да"'}})
    assert b"content-type: application/x-www-form-urlencoded" in head
    sent = parse_qsl(body.decode())
    assert sent == [("who", "Анна & <Ко>"), ("id", "1"), ("id", "2"), ("fixed", "да")]


async def test_xml_is_sent_with_attributes_repetitions_and_escapes() -> None:
    tree = {"order": {"@kind": '"line"', "customer": "name", "id": "ids", "note": None}}
    head, body = await _sent({"xml": tree})
    assert b"content-type: application/xml; charset=utf-8" in head
    assert body.decode().split("\n", 1)[1] == (
        '<order kind="line"><customer>Анна &amp; &lt;Ко&gt;</customer><id>1</id><id>2</id><note></note></order>'
    )


async def test_what_xml_cannot_hold_is_refused_before_it_is_sent() -> None:
    with pytest.raises(AssertionError):
        await _sent({"xml": {"order": "name"}}, name="bell\a")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"body": {"a": "name"}, "form": {"a": "name"}}, "one of body, form and xml"),
        ({"xml": {"a": "name", "b": "name"}}, "one root element"),
        ({"form": {"a": "name +"}}, "call.http.form.a"),
    ],
)
def test_a_body_that_can_not_be_is_a_mistake(call: dict[str, Any], said: str) -> None:
    http_call = {"http": {"method": "POST", "path": "/x", **call}}
    mistakes = loaded(source(inputs=INPUTS, call=http_call, errors=None, outputs={})).mistakes
    assert any(said in mistake.sentence for mistake in mistakes)


XML = """<?xml version="1.0"?><reply xmlns:b="urn:b"><b:balance currency="RUB">125.50</b:balance>
<line>1</line><line>2</line></reply>"""


async def test_xml_that_comes_becomes_objects() -> None:
    outcome = await outcome_of(
        always(http(200, XML.encode(), "Content-Type: text/xml")),
        outputs={
            "balance": 'number(get value(get value(response.reply, "b:balance"), "#text"))',
            "lines": "response.reply.line",
        },
    )
    assert outcome.ending == Succeeded({"balance": 125.5, "lines": ["1", "2"]})


BOMB = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<a><b></a>", "not XML"),
        ("", "not XML"),
        (BOMB, "document type"),
        ("<a>" * 5000 + "</a>" * 5000, "nested too deeply"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&x;</a>', "document type"),
    ],
    ids=["broken", "blank", "bomb", "deep", "external"],
)
async def test_xml_that_is_none_or_hostile_is_refused(body: str, said: str) -> None:
    text = body or " "
    outcome = await outcome_of(always(http(200, text.encode(), "Content-Type: application/xml")))
    assert isinstance(outcome.ending, Failed)
    assert said in outcome.ending.message
    assert ACCOUNT not in outcome.ending.message
