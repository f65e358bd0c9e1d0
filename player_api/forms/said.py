"""What a form says to the customer, as its conditions and the session's values have it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from player_api.forms.language import in_language
from player_api.forms.plain import html_paragraphs
from player_api.forms.texts import Texts

Component = Mapping[str, Any]


async def said(schema: Mapping[str, Any], data: Mapping[str, Any], language: str, texts: Texts) -> list[str]:
    """Return the texts of a form in their order, filled in, as Markdown.

    Args:
        schema: form-js.
        data: the session's variables that the form refers to.
        language: of texts that the form has in several, and of values within them.
        texts: fills them in.
    """
    components = in_language(schema, language).get("components", ())
    shown = [component async for component, _ in visible(components, (), data, texts)]
    filled = [await text_of(component, data, language, texts) for component in shown]
    return [text for text in filled if text]


async def text_of(component: Component, data: Mapping[str, Any], language: str, texts: Texts) -> str:
    """Return what a component says, as Markdown; nothing where it says nothing."""
    if component["type"] == "html":
        return "\n\n".join(html_paragraphs(await texts.filled(str(component.get("content") or ""), data, language)))
    if component["type"] == "text":
        return await texts.filled(str(component.get("text") or ""), data, language)
    return ""


async def visible(
    components: Iterable[Component], place: tuple[str, ...], data: Mapping[str, Any], texts: Texts
) -> AsyncIterator[tuple[Component, tuple[str, ...]]]:
    """Yield the components that no condition hides, with the path of the groups that they are in."""
    for component in components:
        hide = (component.get("conditional") or {}).get("hide")
        if isinstance(hide, str) and hide and await texts.value(hide, data) is True:
            continue
        if component.get("type") == "group":
            path = tuple(part for part in str(component.get("path") or "").split(".") if part)
            async for part in visible(component.get("components", ()), (*place, *path), data, texts):
                yield part
        else:
            yield component, place
