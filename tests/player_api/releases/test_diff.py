"""What is different between two states of a script, and nothing else."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from player_api.releases.diff import Change, Changed, diff
from stack.folder import ROOT

FOLDER = ROOT / "bpmn" / "promised_payment"
FOLDERS = sorted(path.parent for path in ROOT.glob("bpmn/*/script.bpmn"))


def files(folder: Path = FOLDER) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".bpmn", ".form", ".dmn"}}


def replaced(name: str, old: str, new: str) -> Mapping[str, bytes]:
    content = files()[name].decode()
    assert old in content
    return files() | {name: content.replace(old, new, 1).encode()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_how_a_file_is_written_makes_no_difference(folder: Path) -> None:
    written_anew = {}
    for name, content in files(folder).items():
        if name.endswith(".form"):
            written_anew[name] = json.dumps(json.loads(content), indent=7, sort_keys=True).encode()
        else:
            text = etree.tostring(etree.fromstring(content), method="c14n").decode()
            written_anew[name] = (
                re.sub(r">\s+<", "><", text).replace("bpmn:", "b:").replace("xmlns:bpmn=", "xmlns:b=").encode()
            )
    assert diff(files(folder), written_anew) == []
    assert diff(files(folder), files(folder)) == []


CASES: dict[str, tuple[Mapping[str, bytes], list[tuple[str | None, Changed, str | None]], str]] = {
    "the name of a step": (
        replaced("script.bpmn", 'name="Долг и предложение"', 'name="Долг"'),
        [("tell_debt", Changed.CHANGED, "name")],
        "шаг «Долг»: название — было «Долг и предложение», стало «Долг».",
    ),
    "a text that is said": (
        replaced("tell_debt.form", "Подойдёт?", "Вам подойдёт?"),
        [("promised_payment_tell_debt.say", Changed.CHANGED, "text")],
        "поле «",
    ),
    "an option": (
        replaced("tell_debt.form", '"label": "Да, подойдёт"', '"label": "Да"'),
        [("promised_payment_tell_debt.agreement", Changed.CHANGED, "values.yes.label")],
        "вариант «yes.label» — было «Да, подойдёт», стало «Да».",
    ),
    "what a function is given": (
        replaced(
            "script.bpmn",
            '<camunda:inputParameter name="account">${account}<',
            '<camunda:inputParameter name="account">1<',
        ),
        [("get_balance", Changed.CHANGED, "input.account")],
        "вход «account» — было «${account}», стало «1».",
    ),
    "a condition": (
        replaced("script.bpmn", 'language="feel">agreement = "yes"', 'language="feel">agreement = "no"'),
        [(None, Changed.CHANGED, "conditionExpression")],
        'условие — было «agreement = "yes"», стало «agreement = "no"».',
    ),
    "a cell of a table": (
        replaced("offers.dmn", "&gt;= 3<", "&gt;= 4<"),
        [("promised_payment_offers_rule_2", Changed.CHANGED, "cell.Месяцев с нами")],
        "ячейка «Месяцев с нами» — было «>= 3», стало «>= 4».",
    ),
    "a shape that was dragged": (
        replaced(
            "script.bpmn",
            'bpmnElement="tell_debt">\n        <dc:Bounds x="',
            'bpmnElement="tell_debt">\n        <dc:Bounds x="1',
        ),
        [("tell_debt", Changed.MOVED, None)],
        "Переставлено: шаг «Долг и предложение».",
    ),
    "a form that is gone": (
        {name: content for name, content in files().items() if name != "say_no_debt.form"},
        [
            ("promised_payment_say_no_debt", Changed.REMOVED, None),
            ("promised_payment_say_no_debt.say", Changed.REMOVED, None),
        ],
        "Убрано: форма",
    ),
    "a file that can't be read": (
        files() | {"script.bpmn": b"<"},
        [],
        "Новое: файл «script.bpmn».",
    ),
}


@pytest.mark.parametrize(("after", "expected", "said"), CASES.values(), ids=CASES.keys())
def test_what_has_changed(
    after: Mapping[str, bytes], expected: list[tuple[str | None, Changed, str | None]], said: str
) -> None:
    found = diff(files(), after)
    seen = [(change.element, change.change, change.property) for change in found]
    for element, change, name in expected:
        assert any(one[1:] == (change, name) and element in {None, one[0]} for one in seen), seen
    if expected and expected[0][1] is not Changed.REMOVED:
        assert len(found) == len(expected), seen
    assert any(said in change.ru for change in found), [change.ru for change in found]
    assert all(change.en for change in found)


def test_back_and_forth_are_opposites() -> None:
    after = replaced("script.bpmn", 'name="Долг и предложение"', 'name="Долг"')

    def turned(change: Change) -> tuple[str | None, str | None, str | None, str | None]:
        return change.element, change.property, change.after, change.before

    forth = [(one.element, one.property, one.before, one.after) for one in diff(files(), after)]
    assert forth == [turned(one) for one in diff(after, files())]
