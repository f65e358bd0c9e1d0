import pytest

from feel import Evaluator
from player_api.forms.language import in_language
from player_api.forms.plain import html_paragraphs, paragraphs
from player_api.forms.said import said
from player_api.forms.texts import Texts, shown


@pytest.fixture
def texts() -> Texts:
    return Texts(Evaluator())


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (None, "", ""),
        (True, "да", "yes"),
        (False, "нет", "no"),
        (7, "7", "7"),
        (1250.5, "1\N{NO-BREAK SPACE}250,5", "1,250.5"),
        ("2026-11-30", "30 ноября 2026\N{NARROW NO-BREAK SPACE}г.", "November 30, 2026"),
        ("2026-13-30", "2026-13-30", "2026-13-30"),
        ("0100000001", "0100000001", "0100000001"),
        (["a", 1], "a, 1", "a, 1"),
        ({"label": "Да", "value": "yes"}, "Да", "Да"),
    ],
)
def test_values_are_written_as_a_language_does(value: object, russian: str, english: str) -> None:
    assert (shown(value, "ru"), shown(value, "en")) == (russian, english)


async def test_of_a_broken_text_what_can_be_shown_is(texts: Texts) -> None:
    assert await texts.filled("Долг {{1 +}} ₽", {}, "ru") == "Долг  ₽"
    assert await texts.filled("Дата {{day}}", {"day": "2026-11-30"}, "en") == "Дата November 30, 2026"
    assert await texts.value("=1 +", {}) is None
    assert await texts.value("=a > 1", {"a": 2}) is True


async def test_what_a_form_says(texts: Texts) -> None:
    form = {
        "components": [
            {"type": "text", "text": "Здравствуйте, {{name}}!", "properties": {"text_en": "Hello, {{name}}!"}},
            {"type": "text", "text": "Скрыто", "conditional": {"hide": '=name = "Анна"'}},
            {"type": "group", "components": [{"type": "html", "content": "<p>Раз <b>два</b></p><script>x</script>"}]},
            {"type": "text", "text": ""},
            {"type": "textfield", "key": "x"},
        ]
    }
    assert await said(form, {"name": "Анна"}, "ru", texts) == ["Здравствуйте, Анна!", "Раз два"]
    assert await said(form, {"name": "Ann"}, "en", texts) == ["Hello, Ann!", "Скрыто", "Раз два"]


def test_a_form_in_another_language() -> None:
    form = {
        "id": "f",
        "components": [
            {
                "type": "radio",
                "key": "x",
                "label": "Да?",
                "values": [{"label": "Да", "value": "y"}, {"label": "Нет", "value": "n"}, "z"],
                "validate": {"required": True, "patternErrorMessage": "Нет!"},
                "properties": {"label_en": "Yes?", "value_y_en": "Yes", "pattern_error_message_en": "No!"},
            }
        ],
    }
    [english] = in_language(form, "en")["components"]
    assert english["label"] == "Yes?"
    assert english["values"] == [{"label": "Yes", "value": "y"}, {"label": "Нет", "value": "n"}, "z"]
    assert english["validate"] == {"required": True, "patternErrorMessage": "No!"}
    assert in_language(form, "ru") == form
    assert in_language(form, "de") == form


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("# Заголовок\n\nПервый **абзац**\nи [ссылка](http://example.com)", ["Заголовок", "Первый абзац и ссылка"]),
        ("- один\n- два\n\n1. `три`", ["один", "два", "три"]),
        ("раз\\\nдва", ["раз", "два"]),
        ("<b>жирно</b>", ["<b>жирно</b>"]),
        ("", []),
    ],
)
def test_markdown_as_plain_text(markdown: str, plain: list[str]) -> None:
    assert paragraphs(markdown) == plain


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>Раз <b>два</b></p><ul><li>три</li></ul>", ["Раз два", "три"]),
        ("<style>p {}</style><script>alert(1)</script>текст", ["текст"]),
        ("&lt;b&gt; &amp;", ["<b> &"]),
        ("<p>", []),
    ],
)
def test_html_as_plain_text(html: str, plain: list[str]) -> None:
    assert html_paragraphs(html) == plain
