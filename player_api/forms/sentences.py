"""What is said to a person about a step or an answer, in the session's language."""

from typing import Any

_SENTENCES = {
    "required": ("Заполните это поле.", "This field is required."),
    "pattern": ("Значение не подходит под нужный вид.", "The value does not have the expected form."),
    "too_short": ("Не короче {limit} символов.", "At least {limit} characters."),
    "too_long": ("Не длиннее {limit} символов.", "At most {limit} characters."),
    "too_small": ("Не меньше {limit}.", "At least {limit}."),
    "too_large": ("Не больше {limit}.", "At most {limit}."),
    "not_whole": ("Нужно целое число.", "A whole number is needed."),
    "too_many_digits": ("Не больше {limit} знаков после запятой.", "At most {limit} decimal digits."),
    "between_steps": (
        "Ближайшие допустимые значения: {below} и {above}.",
        "The nearest values are {below} and {above}.",
    ),
    "no_bound": (
        "Граница этого поля задана неверно. Скажите об этом автору скрипта.",
        "The bound of this field is no number. Tell the author of the script.",
    ),
    "not_email": ("Нужен адрес электронной почты.", "An e-mail address is needed."),
    "not_phone": (
        "Нужен телефон в международном виде, например +79123456789.",
        "A phone number in international form is needed, such as +4930664040900.",
    ),
    "in_the_past": ("Эта дата уже прошла.", "This date is in the past."),
    "too_many_rows": ("Не больше {limit} строк.", "At most {limit} rows."),
    "other_rows": ("Строк должно быть {count}.", "There must be {count} rows."),
    "too_much": ("Слишком много данных.", "Too much data."),
    "not_number": ("Нужно число.", "A number is needed."),
    "not_text": ("Нужен текст.", "Text is needed."),
    "not_boolean": ("Нужен ответ «да» или «нет».", "Yes or no is needed."),
    "not_list": ("Нужен список значений.", "A list of values is needed."),
    "not_date": ("Нужна дата или время.", "A date or time is needed."),
    "manual_name": ("{function}: ввод вручную", "{function}: manual entry"),
    "manual_hint": (
        "Система не отвечает. Узнайте ответ другим способом и введите его, или повторите запрос.",
        "The system does not answer. Find the answer another way and enter it, or ask the system again.",
    ),
    "back_start": (
        "Это форма, с которой начинается скрипт. Чтобы изменить ответы, начните сессию заново.",
        "This is the form that the script begins with. To change its answers, start another session.",
    ),
    "back_manual": (
        "Здесь ответ ввели вместо системы. Вернитесь к шагу перед ним.",
        "The answer was entered here in place of a system. Go back to a step before it.",
    ),
    "back_to_repeated": (
        "Этот шаг проходят по разу для каждого из нескольких предметов, вернуться к одному нельзя.",
        "This step is gone through once for each of several things; going back to one of them is not possible.",
    ),
    "back_from_repeated": (
        "Этот шаг проходят по разу для каждого из нескольких предметов. Вернуться можно после последнего.",
        "This step is gone through once for each of several things. Going back is possible after the last one.",
    ),
    "back_irreversible": (
        "После этого шага выполнено «{function}», это нельзя отменить.",
        "After this step “{function}” was carried out, which can't be undone.",
    ),
    "back_unknown": ("Этот шаг в этом разговоре не пройден.", "This step was not gone through in this session."),
    "back_nothing": ("Возвращаться некуда: это первый шаг.", "There is nothing to go back to: this is the first step."),
    "back_busy": ("Уже выполняется возврат.", "The session is already going back."),
    "back_running": (
        "Сейчас выполняется «{function}». Вернуться можно, когда оно закончится.",
        "“{function}” is being carried out. Going back is possible when it has ended.",
    ),
    "back_restarts": (
        "Пришлось бы ещё раз выполнить «{function}». Вернитесь к шагу перед ним.",
        "“{function}” would have to be carried out again. Go back to a step before it.",
    ),
    "back_no_undo": (
        "После этого шага вызвана функция {function}, и больше не описано, как её отменить.",
        "After this step the function {function} was called, and how to undo it is declared no longer.",
    ),
    "back_refused": (
        "Вернуться не удалось: разговор тем временем продвинулся. Попробуйте ещё раз.",
        "Going back did not work: the session has moved meanwhile. Try again.",
    ),
    "back_branches": (
        "Параллельно открыто: {branches}. При возврате это будет отменено.",
        "Open at the same time: {branches}. Going back gives them up.",
    ),
    "not_offered": ("Такого варианта нет.", "There is no such choice."),
}


class Sentences:
    """Sentences in one language: Russian, or English where the locale begins with ``en``."""

    def __init__(self, locale: str | None) -> None:
        self._column = 1 if (locale or "").lower().startswith("en") else 0

    @property
    def language(self) -> str:
        """Its code: ``ru`` or ``en``."""
        return ("ru", "en")[self._column]

    def __call__(self, name: str, **facts: Any) -> str:
        """Return a sentence.

        Raises:
            KeyError: there is no sentence of that name.
        """
        return _SENTENCES[name][self._column].format(**facts)
