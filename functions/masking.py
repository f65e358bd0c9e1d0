"""Hiding secrets and personal data in what is shown of a function's calls."""

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import JsonValue

from functions.declaration import Input
from functions.execution import MASK, Exchange
from functions.systems import Access
from functions.tracing import Noted, Parts

LONGEST_SHOWN = 10_000
"""Characters of a text that are shown."""
_DEEPEST_SHOWN = 50
"""Levels of lists and objects."""


@dataclass(frozen=True, slots=True)
class Masking:
    """Replaces secrets and personal data wherever they occur, as they are and as URLs, JSON and XML write them.

    Attributes:
        words: what is replaced, the longest first.
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, accesses: Iterable[Access], inputs: Iterable[Input], values: Mapping[str, JsonValue]) -> "Masking":
        """What must not be seen: the secrets of systems, and the values of inputs that hold personal data."""
        hidden = {secret for access in accesses for secret in _secrets(access)}
        for declared in inputs:
            if declared.pii:
                hidden.update(_texts(values.get(declared.name)))
        words = {form for text in hidden if text for form in _written(text)}
        return cls(tuple(sorted(words, key=len, reverse=True)))

    def text(self, text: str) -> str:
        """Mask a text, then cut what is too long to be shown."""
        for word in self.words:
            text = text.replace(word, MASK)
        return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}… ({len(text)} characters)"

    def value(self, value: JsonValue) -> JsonValue:
        """Mask every text, number and name in a value; one that is too long to be shown becomes a text."""
        masked = self._inside(value, _DEEPEST_SHOWN)
        whole = json.dumps(masked, ensure_ascii=False)
        return masked if len(whole) <= LONGEST_SHOWN else self.text(whole)

    def exchange(self, noted: Noted) -> Exchange:
        """Mask an exchange."""
        return Exchange(
            request=self._parts(noted.request),
            response=None if noted.response is None else self._parts(noted.response),
            error=None if noted.error is None else self.text(noted.error),
            duration_ms=noted.duration_ms,
        )

    def _parts(self, parts: Parts) -> Parts:
        return {name: self.value(part) for name, part in parts.items()}

    def _inside(self, value: JsonValue, levels: int) -> JsonValue:
        match value:
            case str():
                return self.text(value)
            case list() | dict() if not levels:
                return "…"
            case list():
                return [self._inside(item, levels - 1) for item in value]
            case dict():
                return {self.text(name): self._inside(item, levels - 1) for name, item in value.items()}
            case None:
                return None
            case _:
                return MASK if json.dumps(value) in self.words else value


def _secrets(access: Access) -> Iterator[str]:
    for header in access.headers.values():
        whole = header.get_secret_value()
        yield whole
        yield whole.rpartition(" ")[2]  # without the scheme: Bearer, Basic
    for secret in (access.user, access.password):
        if secret is not None:
            yield secret.get_secret_value()
    if access.url is not None and (password := urlsplit(access.url).password):
        yield password


def _texts(value: JsonValue) -> Iterator[str]:
    """Everything in a value that says something; null and what is empty don't."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)
        case None:
            return
        case _:
            yield json.dumps(value)


def _written(text: str) -> Iterator[str]:
    yield text
    yield quote(text, safe="")
    yield quote(text)
    yield quote_plus(text)
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield html.escape(text)
    yield html.escape(text, quote=False)
