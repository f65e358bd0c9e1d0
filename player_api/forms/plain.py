"""Markdown and HTML as plain text, which a chat shows and a voice reads."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section"})
_markdown = MarkdownIt("commonmark", {"html": False})


def paragraphs(markdown: str) -> list[str]:
    """Return the paragraphs of a Markdown text, items of lists among them, without any marks."""
    return [text for text in map(_tidy, _blocks(_markdown.parse(markdown))) if text]


def html_paragraphs(html: str) -> list[str]:
    """Return the paragraphs of an HTML text, without tags, scripts and styles."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [text for text in map(_tidy, "".join(reader.parts).split("\n")) if text]


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _blocks(parsed: Sequence[Token]) -> Iterator[str]:
    for block in parsed:
        if block.type == "inline":
            yield from "".join(_inline(block.children or ())).split("\n")
        elif block.type in {"fence", "code_block", "html_block"}:
            yield block.content


def _inline(parts: Sequence[Token]) -> Iterator[str]:
    for part in parts:
        if part.type == "softbreak":
            yield " "
        elif part.type == "hardbreak":
            yield "\n"
        elif part.type in {"text", "code_inline", "html_inline", "image"}:
            yield part.content


class _Reader(HTMLParser):
    """Collects the text of a page; the ends of blocks become line ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))
