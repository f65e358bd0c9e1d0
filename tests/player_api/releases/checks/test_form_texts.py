"""Expressions and texts of forms."""

from typing import Any

import pytest

from player_api.forms.parsing import parse_form
from player_api.releases.checks.form_texts import form_text_findings

FIELD = {"type": "textfield", "key": "account", "label": "Счёт"}


def text(content: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "id": "said", "text": content, **more}


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        ([FIELD, text("{{account}}, {{debt}} {{ customer.name }}")], []),
        ([text("{{missing}}")], [("form-text", "said")]),
        ([text("{{debt.amount}} {{missing.amount}}")], [("form-text", "said")]),
        ([text("{{#loop items}}{{name}}{{/loop}}")], []),
        ([text("Долг", properties={"text_en": "{{missing}}"})], [("form-text", "said")]),
        ([text("{{if if}}")], [("form-expression", "said")]),
        ([text("{{#if debt}}")], [("form-expression", "said")]),
        ([text("=1 +")], [("form-expression", "said")]),
        ([text('=if debt > 5 then "a" else "b"')], []),
        ([{**FIELD, "label": "{{1 +}}"}], [("form-expression", "account")]),
        ([{**FIELD, "conditional": {"hide": "=if if"}}], [("form-expression", "account")]),
        ([text("x"), {**FIELD, "conditional": {"hide": "=1 +"}}], [("form-expression", "account")]),
        ([{**FIELD, "validate": {"maxLength": "=("}}], [("form-expression", "account")]),
        ([text("", conditional={"hide": "=("})], [("form-expression", "said")]),
        (
            [{"type": "group", "id": "g", "components": [text("{{debt}}"), {**FIELD, "conditional": {"hide": "=("}}]}],
            [("form-expression", "account")],
        ),
    ],
)
def test_what_is_found_and_where(components: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    form = parse_form({"type": "default", "id": "f", "components": components})
    found = list(form_text_findings({"f": ("f.form", form)}, {"debt", "items"}))
    assert [(finding.rule.value, finding.element) for finding in found] == expected
    assert {finding.file for finding in found} <= {"f.form"}
