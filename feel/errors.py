"""What can be wrong with an expression."""


class FeelError(Exception):
    """A FEEL expression can't be read or evaluated.

    Attributes:
        expression: the text of the expression.
        reason: a sentence without the values that the expression was given.
        position: index of the character where the trouble begins, where known.
    """

    def __init__(self, expression: str, reason: str, position: int | None = None) -> None:
        place = "" if position is None else f" at character {position + 1}"
        super().__init__(f"FEEL expression {expression!r}{place}: {reason}")
        self.expression = expression
        self.reason = reason
        self.position = position
