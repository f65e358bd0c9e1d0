"""Loading declarations: every mistake is told with its file, its line and a sentence."""

from pathlib import Path
from typing import Any

import pytest

from feel import Evaluator
from functions.catalogue import load, sources_in
from functions.errors import DeclarationError, Mistake
from functions.reading import Source
from tests.functions.declared import FUNCTION, declared, loaded, source

SHIPPED = Path(__file__).parents[2] / "functions" / "declared"
PING = {"http": {"method": "POST", "path": "/ping"}}
IRREVERSIBLE = {"effect": "irreversible", "errors": None}


def test_the_shipped_declarations_are_sound() -> None:
    found = load(sources_in(SHIPPED), Evaluator())
    assert found.mistakes == ()
    assert {"billing.get_balance", "billing.create_promised_payment"} <= set(found.sound().functions)


def test_mistakes_have_their_lines_and_all_are_told() -> None:
    text = FUNCTION.replace("effect: read", "effect: reed").replace("deadline: 2s", "deadline: two\ncolour: red")
    assert loaded(Source("billing.get_balance.yaml", text)).mistakes == (
        Mistake("billing.get_balance.yaml", 5, "effect: an effect is read, compensable, irreversible"),
        Mistake(
            "billing.get_balance.yaml",
            13,
            "deadline: a duration is a number with a unit, such as 100ms, 2s, 5m, 1h or 1d",
        ),
        Mistake("billing.get_balance.yaml", 14, "colour: there is no such field"),
    )


def test_a_mistake_in_one_file_does_not_stop_the_others() -> None:
    found = loaded(source(), source(name="billing.broken", effect="reed"))
    assert set(found.catalogue.functions) == {"billing.get_balance"}
    with pytest.raises(DeclarationError, match=r"billing\.broken\.yaml:6: effect: an effect is"):
        found.sound()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": None}, "title: is missing"),
        ({"name": "billing.Balance"}, "name: string should match pattern"),
        ({"system": "crm"}, "system: there is no sound system crm"),
        ({"call": {"http": {"method": "GET", "path": "/x"}, "smoke": {}}}, "call.smoke: there is no such field"),
        ({"call": {}}, "call: give exactly one of http, soap"),
        ({"call": {"http": {"method": "GET", "path": "//evil.example"}}}, "a path stays below its system's address"),
        ({"call": {"http": {"method": "GET", "path": "/a/../b"}}}, "a path stays below its system's address"),
        ({"call": {"http": {"method": "GET", "path": "/{a b}"}}}, "call.http.path: string should match pattern"),
        ({"call": {"http": {"method": "GET", "path": "http://x/"}}}, "call.http.path: string should match pattern"),
        ({"call": {"http": {"method": "GET", "path": "/{who}"}}}, "call.http.path: who is no input"),
        (
            {"call": {"http": {"method": "GET", "path": "/", "headers": {"authorization": '"x"'}}}},
            "call.http.headers: authorization: set by the platform",
        ),
        ({"inputs": [{"name": "account", "type": "text"}]}, "inputs.0.type: input should be 'string'"),
        ({"inputs": [{"name": "account", "type": "string"} for _ in range(2)]}, "input account is declared twice"),
        (
            {"inputs": [{"name": "account", "type": "string", "pattern": "("}]},
            "inputs.0.pattern: the pattern can't be used",
        ),
        ({"inputs": [{"name": "account", "type": "integer", "pattern": "1"}]}, "inputs.0: only a string has a pattern"),
        ({"outputs": {"balance": "a +"}}, "outputs.balance: FEEL expression 'a +'"),
        ({"errors": [{"when": "status =", "bpmn_error": "X"}]}, "errors.0.when: FEEL expression 'status ='"),
        ({"errors": [{"when": "true", "bpmn_error": "not a code"}]}, "errors.0.bpmn_error: string should match"),
        ({"effect": "compensable"}, "effect: a compensable function names the function that undoes it: undo"),
        ({"undo": "billing.undo"}, "undo: a function with effect read has no undo"),
        ({"effect": "compensable", "undo": "billing.undo"}, "undo: there is no function billing.undo"),
        ({"idempotency_header": "Key"}, "a function with effect read needs no idempotency_header"),
        ({**IRREVERSIBLE, "confirm": "billing.ask"}, "confirm: there is no function billing.ask"),
        (
            {**IRREVERSIBLE, "retry": {"attempts": 2, "on": ["connect", "timeout"]}},
            "retry.on.1: after timeout the call may have happened",
        ),
        ({"retry": {"on": ["sometimes"]}}, "retry.on.0: input should be 'timeout'"),
        ({"retry": {"attempts": 11}}, "retry.attempts: input should be less than or equal to 10"),
        ({"retry": {"backoff": "1s..100ms"}}, "retry.backoff: a backoff goes from the shorter to the longer time"),
        ({"retry": {"backoff": "1s"}}, "retry.backoff: a backoff is a range of durations"),
        ({"deadline": "1d"}, "deadline: a deadline is between 10ms and 1h"),
        ({"invalidates": ["billing.nothing"]}, "invalidates.0: there is no function billing.nothing"),
        ({**IRREVERSIBLE, "cache": {"ttl": "1m"}}, "cache: only a read function has cache"),
        ({"prefetch": True}, "prefetch: prefetch needs a cache"),
        ({"fallback": {"stale": "1h"}}, "fallback.stale: a stale answer comes from the cache"),
        ({"fallback": {"value": {"x": 1}}}, "fallback.value.x: x is no output"),
        ({"fallback": {}}, "fallback: give exactly one of stale, value, manual"),
        (
            {**IRREVERSIBLE, "fallback": {"value": {"balance": 0}}},
            "only a read function has a fallback other than manual",
        ),
    ],
)
def test_a_mistake_is_told(fields: dict[str, Any], sentence: str) -> None:
    mistakes = loaded(source(**fields)).mistakes
    assert sentence in "\n".join(mistake.sentence for mistake in mistakes)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "the file is empty"),
        ("name: [", 1, "not YAML: "),
        ("name: a\nname: b", 2, "not YAML: name is given twice"),
        ("a: &x 1\nb: *x", 1, "aliases"),
        ("a: &x [*x]", 1, "aliases"),
        ("? [a]\n: 1", 1, "a key is a word"),
        ("a: !!python/object:os.system {}", 1, ""),
        ("x" * 200_001, 1, "longer than 200000 characters"),
        ("[" * 5000, 1, "nested too deeply"),
        ("a: " * 60 + "1", 1, "not YAML"),
        ("a: \x00", 1, "not YAML"),
        ("just text", 1, "input should be a valid dictionary"),
        ("- 1", 1, "input should be a valid dictionary"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_text_that_is_no_declaration(text: str, line: int, sentence: str) -> None:
    mistakes = loaded(Source("x.y.yaml", text)).mistakes
    assert mistakes
    assert mistakes[0].line == line
    assert sentence in mistakes[0].sentence


def test_yaml_words_mean_what_they_say() -> None:
    text = FUNCTION + "retry: {attempts: 2, on: [timeout]}\n"
    (function,) = loaded(Source("billing.get_balance.yaml", text)).sound().functions.values()
    assert function.retry.on == ("timeout",)


def test_a_file_is_named_after_what_it_declares() -> None:
    (mistake,) = loaded(Source("other.yaml", FUNCTION)).mistakes
    assert mistake == Mistake("other.yaml", 2, "name: billing.get_balance belongs in billing.get_balance.yaml")


def test_the_contract_is_what_a_script_relies_on() -> None:
    first = declared()
    assert declared(deadline="9s").contract == first.contract
    assert declared(deadline="9s").revision != first.revision
    assert declared(outputs={"balance": "response.other"}).contract != first.contract


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(NotADirectoryError):
        sources_in(SHIPPED / "nowhere")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effect": "read"}, "undo: billing.undo only reads"),
        (
            {"inputs": [{"name": "number", "type": "string", "required": True}], "call": PING},
            "undo: billing.undo needs the input number, which billing.get_balance neither has nor gives",
        ),
        ({"inputs": [{"name": "balance", "type": "number", "required": True}], "call": PING}, None),
        ({}, None),
    ],
)
def test_an_undo_must_be_able_to_take_back(fields: dict[str, Any], sentence: str | None) -> None:
    undo = source(name="billing.undo", **{"effect": "irreversible", **fields})
    mistakes = loaded(source(effect="compensable", undo="billing.undo"), undo).mistakes
    assert [mistake.sentence for mistake in mistakes] == ([sentence] if sentence else [])
