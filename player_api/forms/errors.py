"""What can be wrong with a form, or with answers to it.

FormError
├── FormUnsupported
└── AnswersInvalid
"""

from collections.abc import Mapping


class FormError(Exception):
    """A form can't be shown, or answers to it can't be taken."""


class FormUnsupported(FormError):
    """A form has something that no channel could show; the author must change it.

    Attributes:
        ru: what, for people who read Russian; the message says it in English.
    """

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru


class AnswersInvalid(FormError):
    """Answers do not fit the step's form.

    Attributes:
        by_field: complaints by field key.
    """

    def __init__(self, by_field: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.by_field = dict(by_field)
