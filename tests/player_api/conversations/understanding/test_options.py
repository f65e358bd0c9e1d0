import pytest

from player_api.conversations.understanding.options import Option, choose, choose_several
from player_api.conversations.understanding.words import Language

OFFERS = [
    Option("sum_300", "300 ₽ на 3 дня"),
    Option("sum_500", "500 ₽ на 5 дней"),
    Option("sum_1000", "1 000 ₽ на 7 дней", ("самый большой",)),
]
REASONS = [
    Option("pays_now", "Оплатит сам сегодня"),
    Option("sum", "Не подходит сумма"),
    Option("term", "Не подходит срок"),
    Option("disputes", "Не согласен с начислениями"),
    Option("other", "Другое"),
]
AGREEMENT = [Option("yes", "Да, подойдёт"), Option("no", "Нет, не нужно")]
NUMBER = [Option("check", "Номер исправлен, проверить"), Option("stop", "Клиент не знает номера")]
NUMBER_EN = [
    Option("check", "The number is corrected, check it"),
    Option("stop", "The customer does not know the number"),
]
CONSENT_EN = [Option("a", "Agree"), Option("b", "Do not agree")]
COUNTS = [Option(3, "Три"), Option(2, "Две"), Option(1, "Одна")]

CASES: list[tuple[list[Option], Language, dict[str, list[object]]]] = [
    (
        OFFERS,
        "ru",
        {
            "2": ["sum_500"],
            "два": ["sum_500"],
            "второй": ["sum_500"],
            "второе": ["sum_500"],
            "вариант два": ["sum_500"],
            "№2": ["sum_500"],
            "2️⃣": ["sum_500"],
            "номер 3": ["sum_1000"],
            "третий вариант, пожалуйста": ["sum_1000"],
            "последний": ["sum_1000"],
            "500": ["sum_500"],
            "пятьсот": ["sum_500"],
            "давайте пятьсот рублей": ["sum_500"],
            "на пять дней": ["sum_500"],
            "тысячу рублей на неделю": ["sum_1000"],
            "самый большой": ["sum_1000"],
            "sum_500": ["sum_500"],
            "рублей": ["sum_300", "sum_500", "sum_1000"],
            "триста или пятьсот": ["sum_300", "sum_500"],
            "первый или второй": ["sum_300", "sum_500"],
            "4": [],
            "0": [],
            "миллион": [],
            "не знаю": [],
            "": [],
        },
    ),
    (
        REASONS,
        "ru",
        {
            "сумма": ["sum"],
            "сумма маловата": ["sum"],
            "сроки не подходят": ["term"],
            "со сроком проблемы": ["term"],
            "начисления": ["disputes"],
            "с начислением не согласна": ["disputes"],
            "сегодня сам оплачу": ["pays_now"],
            "другая причина": ["other"],
            "пятый": ["other"],
            "не подходит": ["sum", "term"],
        },
    ),
    (
        AGREEMENT,
        "ru",
        {
            "да": ["yes"],
            "ага": ["yes"],
            "подойдет": ["yes"],
            "1": ["yes"],
            "нет": ["no"],
            "не подойдёт": ["no"],
            "не нужно": ["no"],
            "да нет": ["yes", "no"],
            "не знаю": [],
        },
    ),
    (NUMBER, "ru", {"исправил": ["check"], "проверьте": ["check"], "не знаю": ["stop"], "не знаю номера": ["stop"]}),
    (NUMBER_EN, "en", {"check it": ["check"], "I don't know the number": ["stop"], "the first one": ["check"]}),
    (CONSENT_EN, "en", {"agree": ["a"], "I do not agree": ["b"], "don't agree": ["b"], "yes": ["a"], "no": ["b"]}),
    (COUNTS, "ru", {"три": [3], "третий": [1], "одна": [1]}),
    ([], "ru", {"1": [], "да": [], "последний": []}),
]


@pytest.mark.parametrize(
    ("options", "language", "said", "meant"),
    [(options, language, said, meant) for options, language, cases in CASES for said, meant in cases.items()],
)
def test_one_choice(options: list[Option], language: Language, said: str, meant: list[object]) -> None:
    assert [option.value for option in choose(said, options, language)] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("первый и третий", [["sum_300"], ["sum_1000"]]),
        ("1, 3", [["sum_300"], ["sum_1000"]]),
        ("1 2", [["sum_300"], ["sum_500"]]),
        ("триста, тысяча", [["sum_300"], ["sum_1000"]]),
        ("все", [["sum_300"], ["sum_500"], ["sum_1000"]]),
        ("300 ₽ на 3 дня", [["sum_300"]]),
        ("первый и ещё что-нибудь", [["sum_300"], []]),
    ],
)
def test_several_choices(said: str, meant: list[list[str]]) -> None:
    assert [[option.value for option in part] for part in choose_several(said, OFFERS, "ru")] == meant
