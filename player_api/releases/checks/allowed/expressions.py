"""The part of JUEL that a diagram may use: variables, literals, comparison, logic, arithmetic, and reading JSON.

No property access and no other calls: ``${dataSource.password}`` needs no more than a dot. Sources: the full grammar in
Jakarta Expression Language 3.0, section 1.26; reading JSON in Camunda's "Spin Dataformat Reference", SpinJsonNode.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache

from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from player_api.releases.rules import Rule

_GRAMMAR = r"""
    start: (TEXT | "${" _expression "}" | "#{" _expression "}")*
    TEXT: /([^$#\\]|[$#](?!\{))+/

    _expression: _choice
    _choice: _either | _either "?" _choice ":" _choice
    _either: _both (("||" | "or") _both)*
    _both: _equality (("&&" | "and") _equality)*
    _equality: _relation (("==" | "eq" | "!=" | "ne") _relation)*
    _relation: _sum (("<" | "lt" | ">" | "gt" | "<=" | "le" | ">=" | "ge") _sum)*
    _sum: _product (("+" | "-") _product)*
    _product: _unary (("*" | "/" | "div" | "%" | "mod") _unary)*
    _unary: ("!" | "not" | "-" | "empty") _unary | _primary
    _primary: "(" _expression ")" | NUMBER | STRING | CONSTANT | _variable
    _variable: NAME (".prop" "(" STRING ")")* ["." _READER "(" ")"]

    _READER: "elements" | "stringValue" | "numberValue" | "boolValue"
    CONSTANT.2: /(true|false|null)\b/
    NAME: /(?!(and|or|not|eq|ne|lt|gt|le|ge|div|mod|empty|true|false|null|instanceof)\b)[A-Za-z_][A-Za-z0-9_]*/
    NUMBER: /\d+(\.\d+)?/
    STRING: /'[^'\\]*'|"[^"\\]*"/
    %ignore /[ \t\r\n]+/
"""
_parser = Lark(_GRAMMAR, parser="lalr")
_LONGEST = 2_000


class NotAllowed(Exception):
    """A text holds an expression of another kind.

    Attributes:
        rule: that it breaks.
        ru: the rest of a sentence about the text.
        en: the same in English.
    """

    def __init__(self, rule: Rule, ru: str, en: str) -> None:
        super().__init__(en)
        self.rule = rule
        self.ru = ru
        self.en = en


def is_literal(text: str) -> bool:
    """Whether the engine takes a text as it stands."""
    return "${" not in text and "#{" not in text


def check_expression(text: str, variables: Collection[str]) -> None:
    """Say whether a text may be evaluated by the engine.

    Args:
        text: literal text, expressions, or both together.
        variables: the names that it may use.

    Raises:
        NotAllowed: it holds something else, or a name that nothing in the script sets.
    """
    if is_literal(text):
        return
    if len(text) > _LONGEST:
        raise NotAllowed(
            Rule.CODE,
            f"содержит выражение в тексте длиннее {_LONGEST} знаков",
            f"has an expression in a text of more than {_LONGEST} characters",
        )
    for name in names_in(text):
        if name not in variables:
            raise NotAllowed(
                Rule.UNSET_VARIABLE,
                f"читает переменную {name!r}, которой в скрипте никто не даёт значения",
                f"uses {name!r}, a variable that nothing in the script sets",
            )


@lru_cache(2_000)
def names_in(text: str) -> frozenset[str]:
    """Return the variables that the expressions in a text read.

    Raises:
        NotAllowed: it holds an expression of another kind.
    """
    try:
        tree = _parser.parse(text)
    except UnexpectedInput:
        raise NotAllowed(
            Rule.CODE,
            "содержит недопустимое выражение: можно переменные, числа, тексты, сравнения, логику, арифметику и чтение"
            " JSON, нельзя свойства и другие вызовы",
            "has an expression that is not allowed: variables, numbers, texts, comparison, logic, arithmetic and"
            " reading JSON are, properties and other calls are not",
        ) from None
    return frozenset(_found(tree.scan_values(lambda value: isinstance(value, Token) and value.type == "NAME")))


def _found(tokens: Iterator[Token]) -> Iterator[str]:
    for token in tokens:
        yield str(token)
