"""Values in nested data, by place: names of objects and indexes of lists."""

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import pairwise
from typing import Any

Place = tuple[str | int, ...]


def value_at(data: Any, place: Place) -> Any:
    """Return what is at a place, None where nothing is."""
    for part in place:
        if isinstance(part, str) and isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(part, int) and isinstance(data, Sequence) and not isinstance(data, str) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def put(data: MutableMapping[str, Any], place: Place, value: Any) -> None:
    """Set what is at a place; objects on the way there are made, also in place of what is none. Rows must be there."""
    current: Any = data
    for part, following in pairwise(place):
        if isinstance(part, str) and not isinstance(current.get(part), list if isinstance(following, int) else dict):
            current[part] = [] if isinstance(following, int) else {}
        current = current[part]
    current[place[-1]] = value


def clear(data: MutableMapping[str, Any], place: Place) -> None:
    """Remove what is at a place, and what is then empty around it."""
    while place:
        around = value_at(data, place[:-1])
        if isinstance(around, MutableMapping):
            around.pop(str(place[-1]), None)
        elif isinstance(around, list) and isinstance(place[-1], int) and place[-1] < len(around):
            around[place[-1]] = None
        place = place[:-1]
        left = value_at(data, place)
        if not place or not (left == {} or (isinstance(left, list) and all(item is None for item in left))):
            return
