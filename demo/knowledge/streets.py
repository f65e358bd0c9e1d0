"""The streets of the operator's cities: some three thousand, always the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

CITIES = ("Воронеж", "Казань", "Калуга", "Пермь", "Псков", "Самара", "Тверь", "Томск", "Тула", "Уфа")
_FEMININE = (
    *(
        "Берёзовая",
        "Вишнёвая",
        "Высокая",
        "Городская",
        "Дачная",
        "Дальняя",
        "Дорожная",
        "Дубовая",
        "Заводская",
        "Заречная",
    ),
    *("Зелёная", "Каменная", "Кирпичная", "Ключевая", "Ключевская", "Комсомольская", "Лесная", "Липовая", "Луговая"),
    *("Малиновая", "Мельничная", "Мирная", "Молодёжная", "Мостовая", "Набережная", "Нагорная", "Новая", "Овражная"),
    *("Огородная", "Озёрная", "Октябрьская", "Ореховая", "Осенняя", "Парковая", "Первомайская", "Песчаная", "Полевая"),
    *(
        "Почтовая",
        "Приречная",
        "Прудовая",
        "Рабочая",
        "Радужная",
        "Речная",
        "Рябиновая",
        "Садовая",
        "Северная",
        "Снежная",
    ),
    *("Советская", "Солнечная", "Сосновая", "Спортивная", "Степная", "Тенистая", "Тихая", "Трудовая", "Учебная"),
    *(
        "Фабричная",
        "Хвойная",
        "Хлебная",
        "Цветочная",
        "Центральная",
        "Школьная",
        "Южная",
        "Юбилейная",
        "Ясная",
        "Яблоневая",
    ),
)
_PEOPLE = (
    *("Гагарина", "Гоголя", "Горького", "Грибоедова", "Достоевского", "Есенина", "Жуковского", "Королёва", "Крылова"),
    *("Кутузова", "Лермонтова", "Ломоносова", "Маяковского", "Менделеева", "Мичурина", "Некрасова", "Островского"),
    *("Павлова", "Попова", "Пушкина", "Репина", "Суворова", "Толстого", "Тургенева", "Циолковского", "Чайковского"),
    *("Чехова", "Шишкина"),
)
_LANES = 160
"""Numbered lanes of a city, which nobody remembers by name."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street.

    Attributes:
        code: names it among all cities.
        name: as it is said.
    """

    code: str
    city: str
    name: str


@cache
def streets() -> Mapping[str, Sequence[Street]]:
    """All streets by city, in the order of their names."""
    return {city: tuple(_of_city(number, city)) for number, city in enumerate(CITIES, 1)}


def _of_city(number: int, city: str) -> Iterator[Street]:
    names = [
        *(f"{name} улица" for name in _FEMININE),
        *(f"улица {name}" for name in _PEOPLE),
        *(f"{name} переулок" for name in ("Кривой", "Тупой", "Узкий", "Глухой", "Длинный")),
        *(f"{line}-й Линейный проезд" for line in range(1, _LANES + 1)),
    ]
    for index, name in enumerate(sorted(names), 1):
        yield Street(f"{number:02}{index:04}", city, name)


def search(text: str, city: str | None, limit: int) -> tuple[int, list[Street]]:
    """How many streets hold every word of ``text``, and the first ``limit`` of them."""
    words = text.casefold().replace("ё", "е").split()
    found = [
        street
        for of_city in streets().values()
        for street in of_city
        if city in (None, street.city)
        if all(word in f"{street.name} {street.city}".casefold().replace("ё", "е") for word in words)
    ]
    return len(found), found[:limit]
