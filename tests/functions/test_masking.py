import base64
import json
from urllib.parse import quote

import pytest
from pydantic import JsonValue, SecretStr

from functions.declaration import Input
from functions.execution import MASK
from functions.masking import LONGEST_SHOWN, Masking
from functions.systems import Access
from functions.tracing import Noted, exchange, shown_body, tracing

NAME = 'Иван "Ваня" <Петров> & сын'
PAIR = base64.b64encode(b"bob:s3cret").decode()
ACCESS = Access(
    "billing",
    "http://someone:ins1de@billing/api",
    {"Authorization": SecretStr(f"Basic {PAIR}")},
    SecretStr("bob"),
    SecretStr("s3cret"),
)
INPUTS = [
    Input(name="name", type="string", pii=True),
    Input(name="account", type="integer", pii=True),
    Input(name="lines", type="json", pii=True),
    Input(name="tariff", type="string"),
]
VALUES: dict[str, JsonValue] = {"name": NAME, "account": 4711, "lines": [{"phone": "+79990001122"}], "tariff": "gold"}


@pytest.fixture
def masking() -> Masking:
    return Masking.of([ACCESS], INPUTS, VALUES)


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (f"hello {NAME}!", f"hello {MASK}!"),
        (f"/find/{quote(NAME)}?x=1", f"/find/{MASK}?x=1"),
        (f"/find/{quote(NAME, safe='')}", f"/find/{MASK}"),
        (json.dumps({"said": NAME}), f'{{"said": "{MASK}"}}'),
        (json.dumps(NAME, ensure_ascii=False), f'"{MASK}"'),
        ("<n>Иван &quot;Ваня&quot; &lt;Петров&gt; &amp; сын</n>", f"<n>{MASK}</n>"),
        ('<n>Иван "Ваня" &lt;Петров&gt; &amp; сын</n>', f"<n>{MASK}</n>"),
        ({"account": 4711, "other": 4712}, {"account": MASK, "other": 4712}),
        ({"4711": [True, None, 1.5]}, {MASK: [True, None, 1.5]}),
        ("call +79990001122", f"call {MASK}"),
        ("gold", "gold"),
        ({"authorization": f"Basic {PAIR}"}, {"authorization": MASK}),
        (f"{PAIR} s3cret ins1de", f"{MASK} {MASK} {MASK}"),
    ],
)
def test_nothing_that_is_secret_or_personal_is_left(masking: Masking, value: JsonValue, masked: JsonValue) -> None:
    assert masking.value(value) == masked


def test_what_is_too_long_is_masked_before_it_is_cut(masking: Masking) -> None:
    text = masking.text("x" * (LONGEST_SHOWN - 3) + "s3cret" + "y" * 100)
    assert "s3c" not in text
    assert text.endswith("characters)")


def test_what_is_too_deep_is_cut(masking: Masking) -> None:
    value: JsonValue = "s3cret"
    for _ in range(900):
        value = [value]
    assert "s3cret" not in json.dumps(masking.value(value))


def test_an_empty_value_masks_nothing() -> None:
    masking = Masking.of([], INPUTS, {"name": "", "account": None, "lines": []})
    assert masking.value({"a": "b", "c": None}) == {"a": "b", "c": None}


def test_exchanges_are_noted_while_somebody_looks_and_computed_for_nobody_else() -> None:
    def never() -> dict[str, JsonValue]:
        raise AssertionError("nobody looks")

    with exchange(never) as answered:
        answered(never)
    with tracing() as noted:
        with exchange(lambda: {"sent": 1}) as answered:
            answered(lambda: {"came": 2})
        with pytest.raises(ValueError, match="gone"), exchange(lambda: {"sent": 3}):
            raise ValueError("gone")
    assert [(one.request, one.response, one.error) for one in noted] == [
        ({"sent": 1}, {"came": 2}, None),
        ({"sent": 3}, None, "gone"),
    ]


def test_a_whole_exchange_is_masked(masking: Masking) -> None:
    shown = masking.exchange(Noted({"url": "/4711"}, {"body": {"for": "bob"}}, "4711 broke", 1.0))
    assert shown.model_dump() == {
        "request": {"url": f"/{MASK}"},
        "response": {"body": {"for": MASK}},
        "error": f"{MASK} broke",
        "duration_ms": 1.0,
    }


@pytest.mark.parametrize(("body", "shown"), [(b'{"a": 1}', {"a": 1}), (b"<xml/>", "<xml/>"), (b"\xff", "\ufffd")])
def test_bodies_are_shown_as_json_where_they_are(body: bytes, shown: JsonValue) -> None:
    assert shown_body(body) == shown
