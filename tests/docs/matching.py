"""Whether an answer is what a page says, where `…` stands for anything."""

REST = "…"


def matches(documented: object, actual: object) -> bool:
    """Compare JSON values.

    ``"…"`` is any value, a string that ends in ``…`` any string that begins so, a member ``"…"`` any further members,
    and a last item ``"…"`` any further items.
    """
    match documented:
        case str() if documented == REST:
            return True
        case str() if documented.endswith(REST):
            return isinstance(actual, str) and actual.startswith(documented.removesuffix(REST))
        case dict():
            return isinstance(actual, dict) and _members_match(documented, actual)
        case list():
            return isinstance(actual, list) and _items_match(documented, actual)
        case _:
            return type(documented) is type(actual) and documented == actual


def _members_match(documented: dict[str, object], actual: dict[str, object]) -> bool:
    named = {key: value for key, value in documented.items() if key != REST}
    extra = actual.keys() - named.keys()
    return (REST in documented or not extra) and all(
        key in actual and matches(value, actual[key]) for key, value in named.items()
    )


def _items_match(documented: list[object], actual: list[object]) -> bool:
    if documented[-1:] == [REST]:
        documented, actual = documented[:-1], actual[: len(documented) - 1]
    return len(documented) == len(actual) and all(map(matches, documented, actual))
