import pytest
from pydantic import JsonValue

from feel import Evaluator, FeelError
from feel.templates import Template

VALUES: dict[str, JsonValue] = {
    "name": "Анна",
    "sum": 5,
    "yes": True,
    "items": [{"x": 1}, {"x": 2}],
    "words": ["a", "b"],
}


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("{{name}}, {{ sum }}", "Анна, 5"),
        ("{{= name }}", "Анна"),
        ("{{items[1].x}}", "1"),
        ("{{unknown}}!", "None!"),
        ('{{if sum > 3 then "much" else "little"}}', "much"),
        ("{{#if yes}}a{{#if sum > 9}}b{{/if}}c{{/if}}", "ac"),
        ("{{#if unknown}}a{{/if}}", ""),
        ("{{#loop items}}[{{x}}:{{this.x}}:{{name}}]{{/loop}}", "[1:1:Анна][2:2:Анна]"),
        ("{{#loop words}}{{this}}{{/loop}}", "ab"),
        ("{{#loop name}}x{{/loop}}", ""),
        ("=name", "Анна"),
        ("{{name", "{{name"),
        ("{{}}x", "x"),
    ],
)
async def test_filling(evaluator: Evaluator, text: str, filled: str) -> None:
    assert await Template(text, evaluator).fill(VALUES, str) == filled


@pytest.mark.parametrize("text", ["{{#if yes}}", "{{/if}}", "{{#loop items}}{{/if}}", "{{sum +}}", "=1 +"])
def test_what_cannot_be_read(evaluator: Evaluator, text: str) -> None:
    with pytest.raises(FeelError):
        Template(text, evaluator)


async def test_a_filled_text_has_an_end(evaluator: Evaluator) -> None:
    many: dict[str, JsonValue] = {"many": [{"text": "x" * 1000}] * 1000}
    assert len(await Template("{{#loop many}}{{text}}{{/loop}}", evaluator).fill(many, str)) == 20_000
