"""Where an answer is not what a page says, with `…` for anything."""

from collections.abc import Iterator

REST = "…"


def differences(documented: object, actual: object, at: str = "$") -> Iterator[str]:
    """Compare JSON values.

    ``"…"`` is any value, a string that ends in ``…`` any string that begins so, a member ``"…"`` any further members,
    and a last item ``"…"`` any further items.
    """
    match documented:
        case str() if documented.endswith(REST):
            beginning = documented.removesuffix(REST)
            if beginning and not (isinstance(actual, str) and actual.startswith(beginning)):
                yield f"{at}: {actual!r}"
        case dict() if isinstance(actual, dict):
            yield from _of_members(documented, actual, at)
        case list() if isinstance(actual, list):
            yield from _of_items(documented, actual, at)
        case _ if type(documented) is not type(actual) or documented != actual:
            yield f"{at}: {actual!r}"


def _of_members(documented: dict[str, object], actual: dict[str, object], at: str) -> Iterator[str]:
    named = {key: value for key, value in documented.items() if key != REST}
    if REST not in documented:
        yield from (f"{at}.{key} is not documented" for key in actual.keys() - named.keys())
    for key, value in named.items():
        if key in actual:
            yield from differences(value, actual[key], f"{at}.{key}")
        else:
            yield f"{at}.{key} is missing"


def _of_items(documented: list[object], actual: list[object], at: str) -> Iterator[str]:
    if documented[-1:] == [REST]:
        documented, actual = documented[:-1], actual[: len(documented) - 1]
    if len(documented) != len(actual):
        yield f"{at} has {len(actual)} items"
    for index, (one, other) in enumerate(zip(documented, actual, strict=False)):
        yield from differences(one, other, f"{at}[{index}]")
