"""What running the cases of a script has shown."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, Field

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "unreadable": ("Это не тестовый случай: {reason}", "This is no test case: {reason}"),
    "other_step": (
        "Сценарий ждёт ответа на «{found}», а не на «{wanted}»",
        "The script waits at “{found}”, not at “{wanted}”",
    ),
    "answer_missing": (
        "Сценарий ждёт ответа на «{found}», а в случае ответов больше нет",
        "The script waits at “{found}”, and the case has no further answers",
    ),
    "no_step": (
        "До шага «{wanted}» сценарий не дошёл: он закончился",
        "The script has ended before the step “{wanted}”",
    ),
    "stands_still": (
        "Сценарий стоит на «{found}», и ничего не происходит",
        "The script stands at “{found}”, and nothing happens",
    ),
    "no_message": ("Сообщения «{wanted}» здесь никто не ждёт", "Nothing waits for the message “{wanted}” here"),
    "no_timer": ("Таймер «{wanted}» сейчас не идёт", "The timer “{wanted}” is not running now"),
    "answer_refused": ("Поле «{field}»: {reason}", "The field “{field}”: {reason}"),
    "form_unsupported": ("Форма не показывается: {reason}", "The form can't be shown: {reason}"),
    "unanswered_call": (
        "Функцию вызвали, а в случае для неё нет ответа",
        "The function was called, and the case has no answer for it",
    ),
    "not_called": (
        "Ответов в случае больше, чем было вызовов: на {left}",
        "The case has more answers than there were calls: by {left}",
    ),
    "other_input": (
        "Вызвана с «{name}» = {found}, ожидалось {wanted}",
        "It was called with “{name}” = {found}, expected {wanted}",
    ),
    "no_such_output": ("Функция не возвращает «{name}»", "The function gives no “{name}”"),
    "engine_refused": ("Дальше движок не идёт: {reason}", "The engine can't go on: {reason}"),
    "other_steps": ("Пройдены шаги {found}, ожидались {wanted}", "The steps were {found}, expected {wanted}"),
    "other_end": ("Конец «{found}», ожидался «{wanted}»", "It ended at “{found}”, expected “{wanted}”"),
    "other_variable": (
        "В конце «{name}» = {found}, ожидалось {wanted}",
        "At the end “{name}” = {found}, expected {wanted}",
    ),
    "not_said": ("Не сказано «{wanted}»", "“{wanted}” was not said"),
}


class CaseDifference(BaseModel):
    """Something that is not as the case says."""

    rule: str = Field(description="Which kind of difference; stays the same")
    place: str | None = Field(
        description="Id of the step or event, or name of the function; null where it is the whole"
    )
    ru: str
    en: str

    @classmethod
    def of(cls, rule: str, place: str | None = None, **facts: Any) -> Self:
        """Say a difference."""
        ru, en = (sentence.format(**facts) for sentence in _SENTENCES[rule])
        return cls(rule=rule, place=place, ru=ru, en=en)


class CaseReport(BaseModel):
    """What came of one case."""

    file: str
    name: str
    passed: bool
    steps: list[str] = Field(description="Keys of the steps that were answered")
    differences: list[CaseDifference]


class Covered(BaseModel):
    """How much of one kind was reached."""

    percent: int
    missed: list[str] = Field(description="Ids of what no case has reached")

    @classmethod
    def of(cls, every: Iterable[str], reached: Iterable[str]) -> Self:
        """Compare; where there is nothing to reach, everything was reached."""
        wanted = sorted(set(every))
        missed = sorted(set(wanted) - set(reached))
        return cls(percent=100 if not wanted else (len(wanted) - len(missed)) * 100 // len(wanted), missed=missed)


class Coverage(BaseModel):
    """How much of a script its cases have reached, called scripts left out."""

    elements: Covered
    branches: Covered = Field(description="Sequence flows out of elements that have several")


class Report(BaseModel):
    """What running all cases of a script has shown."""

    cases: list[CaseReport] = Field(description="In the order of their files")
    coverage: Coverage | None = Field(description="Null where the script has no cases")

    @property
    def failed(self) -> list[CaseReport]:
        """The cases that have not passed."""
        return [case for case in self.cases if not case.passed]
