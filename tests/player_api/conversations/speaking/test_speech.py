import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from player_api.conversations.speaking.speech import ssml
from player_api.conversations.understanding.words import Language


def spoken(text: str, language: Language = "ru") -> str:
    return ssml([text], language).partition("<p>")[2].partition("</p>")[0]


def number(text: str) -> str:
    return f'<say-as interpret-as="cardinal">{text}</say-as>'


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("125,50 ₽", "ru", f"{number('125')} рублей {number('50')} копеек"),
        ("1 000 ₽ на 7 дней", "ru", f"{number('1000')} рублей на 7 дней"),
        ("1\N{NO-BREAK SPACE}021\N{NO-BREAK SPACE}₽", "ru", f"{number('1021')} рубль"),
        ("2 руб.", "ru", f"{number('2')} рубля"),
        ("0,01 ₽", "ru", f"{number('1')} копейка"),
        ("0 ₽", "ru", f"{number('0')} рублей"),
        ("1,000.50 ₽", "en", f"{number('1000')} roubles {number('50')} kopecks"),
        ("1 ₽", "en", f"{number('1')} rouble"),
        ("счёт 1000000001.", "ru", 'счёт <say-as interpret-as="characters">1000000001</say-as>.'),
        ("до 30.11.2026", "ru", 'до <say-as interpret-as="date" format="dmy">30.11.2026</say-as>'),
        ("до 2026-11-30", "ru", 'до <say-as interpret-as="date" format="dmy">30.11.2026</say-as>'),
        ("99.99.2026", "ru", "99.99.2026"),
        ("в 15:30", "ru", 'в <say-as interpret-as="time" format="hms24">15:30</say-as>'),
        ("+7 916 123-45-67", "ru", '<say-as interpret-as="telephone">+79161234567</say-as>'),
        ("12 345 штук", "ru", f"{number('12345')} штук"),
        ("версия 1.2.3", "ru", "версия 1.2.3"),
        ("<break/> & ]]>", "ru", "&lt;break/&gt; &amp; ]]&gt;"),
        ("🙂\0\ud800\u202eда", "ru", "да"),
    ],
)
def test_speech(text: str, language: Language, said: str) -> None:
    assert spoken(text, language) == said


@given(st.lists(st.text(), max_size=3), st.sampled_from(["ru", "en"]))
def test_speech_is_well_formed_whatever_is_said(paragraphs: list[str], language: Language) -> None:
    document = etree.fromstring(ssml(paragraphs, language))
    assert len(document) == len(paragraphs)
    assert document.get("version") == "1.1"
