"""Changes in words, for people who read Russian and for those who read English."""

from player_api.releases.diff.things import Thing

_LONGEST = 160
"""Characters of a value in a sentence."""
_KINDS: dict[str, tuple[str, str]] = {
    "userTask": ("шаг", "step"),
    "serviceTask": ("вызов функции", "call of a function"),
    "sendTask": ("вызов функции", "call of a function"),
    "businessRuleTask": ("таблица решений", "decision"),
    "callActivity": ("вызов скрипта", "called script"),
    "startEvent": ("начало", "start"),
    "endEvent": ("завершение", "end"),
    "boundaryEvent": ("событие на границе", "boundary event"),
    "intermediateCatchEvent": ("ожидание события", "event that is waited for"),
    "intermediateThrowEvent": ("событие", "event"),
    "exclusiveGateway": ("развилка", "gateway"),
    "inclusiveGateway": ("развилка", "gateway"),
    "parallelGateway": ("параллельная развилка", "parallel gateway"),
    "eventBasedGateway": ("развилка по событию", "event-based gateway"),
    "sequenceFlow": ("переход", "flow"),
    "process": ("скрипт", "script"),
    "subProcess": ("вложенный процесс", "sub-process"),
    "form": ("форма", "form"),
    "field": ("поле", "field"),
    "table": ("таблица решений", "decision table"),
    "row": ("строка таблицы", "row of a table"),
    "function": ("функция", "function"),
    "file": ("файл", "file"),
    "error": ("ошибка", "error"),
    "message": ("сообщение", "message"),
    "signal": ("сигнал", "signal"),
}
_PROPERTIES: dict[str, tuple[str, str]] = {
    "name": ("название", "name"),
    "documentation": ("подсказка", "hint"),
    "property.name_en": ("название по-английски", "English name"),
    "property.hint_en": ("подсказка по-английски", "English hint"),
    "property.result": ("итог скрипта", "result"),
    "property.abandonedAfter": ("когда разговор бросают", "when it is abandoned"),
    "topic": ("функция", "function"),
    "formRef": ("форма", "form"),
    "calledElement": ("какой скрипт вызывается", "called script"),
    "decisionRef": ("таблица решений", "decision table"),
    "resultVariable": ("переменная результата", "result variable"),
    "conditionExpression": ("условие", "condition"),
    "default": ("переход по умолчанию", "default flow"),
    "sourceRef": ("откуда", "from"),
    "targetRef": ("куда", "to"),
    "attachedToRef": ("на чём стоит", "attached to"),
    "timeDuration": ("время ожидания", "duration"),
    "timeDate": ("момент", "moment"),
    "timeCycle": ("повтор", "cycle"),
    "label": ("подпись", "label"),
    "text": ("текст", "text"),
    "description": ("пояснение", "description"),
    "type": ("вид", "kind"),
    "validate.required": ("обязательность", "whether it is required"),
    "validate.pattern": ("образец", "pattern"),
    "validate.patternErrorMessage": ("сообщение об ошибке", "error message"),
    "conditional.hide": ("когда скрыто", "when it is hidden"),
    "hitPolicy": ("как выбираются строки", "hit policy"),
    "content": ("содержание", "content"),
}
_PREFIXES: tuple[tuple[str, tuple[str, str]], ...] = (
    ("input.", ("вход", "input")),
    ("output.", ("результат", "output")),
    ("in.", ("передаётся в вызванный скрипт", "handed to the called script")),
    ("out.", ("берётся из вызванного скрипта", "taken from the called script")),
    ("function.", ("настройка функции", "setting of the function")),
    ("formField.", ("поле формы", "form field")),
    ("property.", ("свойство", "property")),
    ("properties.", ("свойство", "property")),
    ("values.", ("вариант", "option")),
    ("validate.", ("проверка", "validation")),
    ("cell.", ("ячейка", "cell")),
    ("column.", ("столбец", "column")),
)


def sentence(thing: Thing, change: str, name: str | None, before: str | None, after: str | None) -> dict[str, str]:
    """Return a change as a sentence by language.

    Args:
        thing: what has changed, as it is now or was last.
        change: ``added``, ``removed``, ``changed`` or ``moved``.
        name: of the property that has changed.
        before: the property as it was, None where there was none.
        after: as it is, None where there is none.
    """
    kind_ru, kind_en = _KINDS.get(thing.kind, (thing.kind, thing.kind))
    called = _short(thing.name)
    whole = {
        "added": (f"Новое: {kind_ru} «{called}».", f"New: {kind_en} “{called}”."),
        "removed": (f"Убрано: {kind_ru} «{called}».", f"Gone: {kind_en} “{called}”."),
        "moved": (f"Переставлено: {kind_ru} «{called}».", f"Moved: {kind_en} “{called}”."),
    }
    if change in whole:
        ru, en = whole[change]
        return {"ru": ru, "en": en}
    what_ru, what_en = _named(name or "")
    start_ru, start_en = f"{kind_ru} «{called}»: {what_ru}", f"{kind_en} “{called}”: {what_en}"
    if before is None:
        return {"ru": f"{start_ru} — теперь «{_short(after)}».", "en": f"{start_en} is now “{_short(after)}”."}
    if after is None:
        return {
            "ru": f"{start_ru} — больше нет, было «{_short(before)}».",
            "en": f"{start_en} is gone, it was “{_short(before)}”.",
        }
    return {
        "ru": f"{start_ru} — было «{_short(before)}», стало «{_short(after)}».",
        "en": f"{start_en} was “{_short(before)}”, is “{_short(after)}”.",
    }


def _named(name: str) -> tuple[str, str]:
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    for prefix, (ru, en) in _PREFIXES:
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return f"{ru} «{rest}»", f"{en} “{rest}”"
    return f"«{name}»", f"“{name}”"


def _short(text: str | None) -> str:
    said = " ".join((text or "").split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
