import pytest

from player_api.forms.errors import FormUnsupported
from player_api.forms.parsing import parse_form


def _form(**component: object) -> dict[str, object]:
    return {"components": [component]}


@pytest.mark.parametrize(
    ("component", "names"),
    [
        (
            {"type": "text", "text": "Your balance is {{balance_text}}, {{ customer.name }}!"},
            {"balance_text", "customer", "name"},
        ),
        ({"type": "text", "text": "=balance_text"}, {"balance_text"}),
        ({"type": "text", "text": "balance {{}} of words"}, set()),
        ({"type": "textfield", "key": "account", "label": "the account"}, {"account"}),
        ({"type": "radio", "key": "offer", "valuesKey": "offers"}, {"offer", "offers"}),
        ({"type": "select", "key": "offer", "valuesExpression": "=offers"}, {"offer", "offers"}),
        ({"type": "text", "text": "x", "properties": {"text_en": "{{debt_text}}"}}, {"debt_text"}),
    ],
)
def test_a_form_names_the_variables_that_it_shows_and_no_others(component: dict[str, object], names: set[str]) -> None:
    assert parse_form(_form(**component)).variables == names


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ({"type": "filepicker", "key": "file"}, "'filepicker' is not supported"),
        ({"type": "textfield"}, "needs a key"),
        ({"type": "textfield", "key": "счёт"}, "needs a key of Latin letters"),
        ({"type": "textfield", "key": "a", "conditional": {"hide": "x"}}, "does not begin with ="),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "("}}, "not a regular expression"),
        ({"type": "expression", "key": "a"}, "has no expression"),
        ({"type": "number", "key": "a", "validate": {"max": "=" + "x" * 4001}}, "longer than 4000"),
        ({"type": "dynamiclist", "isRepeating": True}, "needs a path"),
        ({"type": "radio", "key": "a", "properties": {"optionsFunction": "crm.find"}}, "can search"),
        ({"type": "select", "key": "a"}, "no list of choices"),
    ],
)
def test_what_no_channel_could_show_is_refused(component: dict[str, object], said: str) -> None:
    with pytest.raises(FormUnsupported, match=said):
        parse_form(_form(**component))


def test_fields_in_a_group_are_fields_of_the_form() -> None:
    group = {"type": "group", "components": [{"type": "number", "key": "amount", "decimalDigits": 0}]}
    [field] = parse_form({"components": [group]}).fields
    assert (field.key, field.whole, field.read_only) == ("amount", True, False)
