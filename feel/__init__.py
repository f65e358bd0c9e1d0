"""FEEL, the expression language of functions, forms and gateways: reading, checking and evaluating with limits."""

from feel.errors import FeelError
from feel.evaluator import Evaluator, Expressions

__all__ = ["Evaluator", "Expressions", "FeelError"]
