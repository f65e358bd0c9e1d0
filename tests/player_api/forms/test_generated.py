"""Generated forms as form-js has them, and answers as the engine takes them."""

from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from feel import Evaluator
from player_api.forms.answers import AnswerChecker, shown_data
from player_api.forms.errors import AnswersInvalid, FormUnsupported
from player_api.forms.form import Form
from player_api.forms.generated import fields_of, for_the_engine, form_of
from player_api.forms.sentences import Sentences
from player_api.releases.namespaces import BPMN, CAMUNDA


def _form(*fields: str) -> Form:
    data = f"<extensionElements><camunda:formData>{''.join(fields)}</camunda:formData></extensionElements>"
    return form_of(fields_of(etree.fromstring(f'<userTask xmlns="{BPMN}" xmlns:camunda="{CAMUNDA}">{data}</userTask>')))


def _field(attributes: str, *constraints: str, values: str = "") -> str:
    validation = "".join(f"<camunda:constraint {constraint}/>" for constraint in constraints)
    content = f"{values}<camunda:validation>{validation}</camunda:validation>"
    return f'<camunda:formField id="f" {attributes}>{content}</camunda:formField>'


CHOICES = '<camunda:value id="a" name="Да"/><camunda:value id="b"/>'


@pytest.mark.parametrize(
    ("field", "component"),
    [
        (_field('type="string" label="Имя ${who}"'), {"type": "textfield", "label": "Имя {{who}}"}),
        (_field("", 'name="required"'), {"type": "textfield", "validate": {"required": True}}),
        (
            _field('type="string" defaultValue="x"', 'name="minlength" config="2"', 'name="maxlength" config="5"'),
            {"type": "textfield", "defaultValue": "x", "validate": {"minLength": 2, "maxLength": 5}},
        ),
        (
            _field('type="long" defaultValue="3"', 'name="min" config="1"', 'name="max" config="9"'),
            {"type": "number", "decimalDigits": 0, "defaultValue": 3, "validate": {"min": 1, "max": 9}},
        ),
        (_field('type="boolean" defaultValue="true"'), {"type": "checkbox", "defaultValue": True}),
        (_field('type="boolean"', 'name="readonly"'), {"type": "checkbox", "readonly": True}),
        (
            _field('type="date" label="День" defaultValue="24/12/2026"'),
            {"type": "datetime", "subtype": "date", "dateLabel": "День", "defaultValue": "2026-12-24"},
        ),
        (
            _field('type="enum"', values=CHOICES),
            {"type": "select", "values": [{"label": "Да", "value": "a"}, {"label": "b", "value": "b"}]},
        ),
    ],
)
def test_a_generated_field_is_a_component_of_form_js(field: str, component: dict[str, Any]) -> None:
    assert _form(field).schema["components"] == [{"key": "f", **component}]


@pytest.mark.parametrize(
    "field",
    [
        _field('type="file"'),
        _field('type="date" defaultValue="31/02/2026"'),
        _field('type="long" defaultValue="1.5"'),
        _field("", 'name="validator" config="${x}"'),
        _field('label="${a.b}"'),
    ],
)
def test_what_can_not_be_shown_is_said(field: str) -> None:
    with pytest.raises(FormUnsupported, match=r"the (field|default|label)"):
        _form(field)


async def test_days_are_converted_both_ways() -> None:
    form = _form(_field('type="date"'))
    answers = await AnswerChecker(Evaluator()).check(form, {"f": "2026-12-24"}, {}, Sentences("ru"))
    assert for_the_engine(form, answers) == {"f": "24/12/2026"}
    assert for_the_engine(form, {"f": None}) == {"f": None}
    moment = datetime.fromisoformat("2026-12-24T00:00:00+03:00")
    assert shown_data(form, {"f": moment}) == {"f": "2026-12-24"}


@pytest.mark.parametrize("answer", ["24/12/2026", "2026-12-24T00:00", 5])
async def test_a_day_is_wanted_as_iso_8601_writes_it(answer: object) -> None:
    with pytest.raises(AnswersInvalid):
        await AnswerChecker(Evaluator()).check(_form(_field('type="date"')), {"f": answer}, {}, Sentences("ru"))
