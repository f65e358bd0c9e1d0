"""Plain text as speech: SSML 1.1 (W3C), whose ``say-as`` tells a voice how to read sums, dates, phones and accounts.

Values of ``interpret-as`` are those of the W3C Note "SSML 1.0 say-as attribute values": every voice knows them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

from babel import Locale

from player_api.conversations.understanding.words import Language

_NAMESPACE = "http://www.w3.org/2001/10/synthesis"
_LOCALES = {"ru": "ru-RU", "en": "en-US"}
_GAP = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
_WHOLE = rf"\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)|\d{{1,3}}(?:,\d{{3}})+(?![\d])|\d+"
_SPOKEN = re.compile(
    rf"(?P<sum>(?<![\d.,])(?P<whole>{_WHOLE})(?:[.,](?P<rest>\d\d))?{_GAP}?(?:₽|руб(?:\.|л\w+)?|roubles?|RUB)(?![\w]))"
    r"|(?P<phone>\+\d[\d ()\-\N{NO-BREAK SPACE}]{8,18}\d)"
    r"|(?P<iso>(?<![\d-])\d{4}-\d\d-\d\d(?![\d-]))"
    r"|(?P<day>(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}(?![\d]))"
    r"|(?P<time>(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:]))"
    rf"|(?P<grouped>(?<![\d.,])\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d))"
    r"|(?P<digits>(?<![\d.,])\d{5,}(?![\d.,]\d))"
)
_UNITS: dict[Language, tuple[dict[str, str], dict[str, str]]] = {
    "ru": (
        {"one": "рубль", "few": "рубля", "many": "рублей", "other": "рубля"},
        {"one": "копейка", "few": "копейки", "many": "копеек", "other": "копейки"},
    ),
    "en": ({"one": "rouble", "other": "roubles"}, {"one": "kopeck", "other": "kopecks"}),
}
_UNSPEAKABLE = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]|[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|[\u2600-\u27bf]"
)
"""What XML 1.0 forbids (section 2.2), what can't be seen, and pictures."""


def ssml(paragraphs: Iterable[str], language: Language) -> str:
    """Return an SSML document that says the paragraphs; their text is only ever text in it."""
    said = "".join(f"<p>{_paragraph(text, language)}</p>" for text in paragraphs)
    return f'<speak version="1.1" xmlns="{_NAMESPACE}" xml:lang="{_LOCALES[language]}">{said}</speak>'


def _paragraph(text: str, language: Language) -> str:
    clean = _UNSPEAKABLE.sub("", text)
    parts, at = [], 0
    for match in _SPOKEN.finditer(clean):
        parts += [escape(clean[at : match.start()]), _said(match, language)]
        at = match.end()
    return "".join([*parts, escape(clean[at:])])


def _said(match: re.Match[str], language: Language) -> str:
    kind = next(name for name in _READERS if match[name])
    return _sum(match["whole"], match["rest"], language) if kind == "sum" else _READERS[kind](match[0])


def _as(kind: str, text: str, shape: str | None = None) -> str:
    written = f' format="{shape}"' if shape else ""
    return f'<say-as interpret-as="{kind}"{written}>{escape(text)}</say-as>'


def _day(parts: Sequence[str], text: str) -> str:
    try:
        day = date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return escape(text)
    return _as("date", f"{day:%d.%m.%Y}", "dmy")


_READERS: Mapping[str, Callable[[str], str]] = {
    "sum": escape,
    "phone": lambda text: _as("telephone", re.sub(r"[^\d+]", "", text)),
    "iso": lambda text: _day(text.split("-")[::-1], text),
    "day": lambda text: _day(text.split("."), text),
    "time": lambda text: _as("time", text, "hms24"),
    "grouped": lambda text: _as("cardinal", re.sub(r"\D", "", text)),
    "digits": lambda text: _as("characters", text),
}


def _sum(whole: str, rest: str | None, language: Language) -> str:
    roubles, kopecks = int(re.sub(r"\D", "", whole)), int(rest or 0)
    counts = [(roubles, 0)] if roubles or not kopecks else []
    counts += [(kopecks, 1)] if kopecks else []
    plural: Callable[[int], str] = Locale(language).plural_form
    said = (
        f"{_as('cardinal', str(count))} {_UNITS[language][unit].get(plural(count)) or _UNITS[language][unit]['other']}"
        for count, unit in counts
    )
    return " ".join(said)
