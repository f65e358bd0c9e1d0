"""The words that numbers are made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from player_api.conversations.understanding.words import Language


class Kind(Enum):
    """What a word does in a number."""

    CARDINAL = "cardinal"
    ORDINAL = "ordinal"
    SCALE = "scale"
    HUNDRED = "hundred"
    """English ``hundred``, which multiplies what is before it."""


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A word that stands for a number, or for the thousands that others are counted in."""

    value: Decimal
    kind: Kind


_RUSSIAN = """
0 ноль ноля нолю нолем нуль нуля нулю нулем
1 один одна одно одного одной одну одному одним
2 два две двух двум двумя пара пару парочку
3 три трех трем тремя
4 четыре четырех четырем четырьмя
5 пять пяти пятью
6 шесть шести шестью
7 семь семи семью
8 восемь восьми восемью восьмью
9 девять девяти девятью
10 десять десяти десятью десяток
11 одиннадцать одиннадцати одиннадцатью одинадцать
12 двенадцать двенадцати двенадцатью
13 тринадцать тринадцати тринадцатью
14 четырнадцать четырнадцати четырнадцатью
15 пятнадцать пятнадцати пятнадцатью
16 шестнадцать шестнадцати шестнадцатью
17 семнадцать семнадцати семнадцатью
18 восемнадцать восемнадцати восемнадцатью
19 девятнадцать девятнадцати девятнадцатью
20 двадцать двадцати двадцатью
30 тридцать тридцати тридцатью
40 сорок сорока
50 пятьдесят пятидесяти пятьюдесятью писят полтинник
60 шестьдесят шестидесяти шестьюдесятью
70 семьдесят семидесяти семьюдесятью
80 восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью
90 девяносто девяноста
100 сто ста сотня сотню сотка сотку стольник
200 двести двухсот двумстам двумястами
300 триста трехсот тремстам тремястами
400 четыреста четырехсот четыремстам четырьмястами
500 пятьсот пятисот пятистам пятьюстами
600 шестьсот шестисот шестистам шестьюстами
700 семьсот семисот семистам семьюстами
800 восемьсот восьмисот восьмистам восемьюстами
900 девятьсот девятисот девятистам девятьюстами
1.5 полтора полторы полутора
0.5 пол
"""
_ENGLISH = """
0 zero oh o nought
1 one
2 two couple
3 three
4 four
5 five
6 six
7 seven
8 eight
9 nine
10 ten
11 eleven
12 twelve dozen
13 thirteen
14 fourteen
15 fifteen
16 sixteen
17 seventeen
18 eighteen
19 nineteen
20 twenty
30 thirty
40 forty fourty
50 fifty
60 sixty
70 seventy
80 eighty
90 ninety
0.5 half
"""
_RUSSIAN_ORDINALS = {
    0: "нулев", 1: "перв", 2: "втор", 3: "трет", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм",
    9: "девят", 10: "десят", 11: "одиннадцат", 12: "двенадцат", 13: "тринадцат", 14: "четырнадцат",
    15: "пятнадцат", 16: "шестнадцат", 17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат", 20: "двадцат",
    30: "тридцат", 40: "сороков", 50: "пятидесят", 60: "шестидесят", 70: "семидесят", 80: "восьмидесят",
    90: "девяност", 100: "сот", 200: "двухсот", 300: "трехсот", 400: "четырехсот", 500: "пятисот", 600: "шестисот",
    700: "семисот", 800: "восьмисот", 900: "девятисот", 1000: "тысячн", 2000: "двухтысячн",
}  # fmt: skip
_ORDINAL_ENDING = re.compile(r"(?:ый|ая|ое|ого|ой|ому|ым|ую|ом|ые|ых|ыми|ий|ья|ье|ьего|ьей|ьему|ьим|ью)")
_ENGLISH_ORDINALS = """
1 first
2 second
3 third
4 fourth
5 fifth
6 sixth
7 seventh
8 eighth
9 ninth
10 tenth
11 eleventh
12 twelfth
13 thirteenth
14 fourteenth
15 fifteenth
16 sixteenth
17 seventeenth
18 eighteenth
19 nineteenth
20 twentieth
30 thirtieth
40 fortieth
50 fiftieth
60 sixtieth
70 seventieth
80 eightieth
90 ninetieth
"""
_RUSSIAN_SCALES = {
    re.compile(r"тысяч[аиуеойям]*|тыщ[аиуей]*|тыс|косар[ьяейю]+"): 1_000,
    re.compile(r"миллион\w{0,3}|млн|лям\w?"): 1_000_000,
    re.compile(r"миллиард\w{0,3}|млрд"): 1_000_000_000,
}
_ENGLISH_SCALES = {
    re.compile(r"thousands?|grand|k"): 1_000,
    re.compile(r"millions?|m|mln"): 1_000_000,
    re.compile(r"billions?|bn"): 1_000_000_000,
}


def _read(table: str, kind: Kind) -> Iterator[tuple[str, NumberWord]]:
    for line in table.split("\n"):
        value, *forms = line.split() or [""]
        for form in forms:
            yield form, NumberWord(Decimal(value), kind)


_KNOWN: Mapping[Language, Mapping[str, NumberWord]] = {
    "ru": dict(_read(_RUSSIAN, Kind.CARDINAL)),
    "en": {
        **dict(_read(_ENGLISH, Kind.CARDINAL)),
        **dict(_read(_ENGLISH_ORDINALS, Kind.ORDINAL)),
        "hundred": NumberWord(Decimal(100), Kind.HUNDRED),
        "hundreds": NumberWord(Decimal(100), Kind.HUNDRED),
    },
}


def number_word(word: str, language: Language) -> NumberWord | None:
    """Return what ``word`` means in a number; None where it has no place in one."""
    known = _KNOWN[language].get(word)
    if known is not None:
        return known
    for pattern, value in (_RUSSIAN_SCALES if language == "ru" else _ENGLISH_SCALES).items():
        if pattern.fullmatch(word):
            return NumberWord(Decimal(value), Kind.SCALE)
    return _russian_ordinal(word) if language == "ru" else None


def _russian_ordinal(word: str) -> NumberWord | None:
    for value, beginning in _RUSSIAN_ORDINALS.items():
        if word.startswith(beginning) and _ORDINAL_ENDING.fullmatch(word, len(beginning)):
            return NumberWord(Decimal(value), Kind.ORDINAL)
    return None
