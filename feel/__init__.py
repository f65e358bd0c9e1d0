"""FEEL, the expression language of functions, forms and gateways: reading, checking and evaluating with limits."""

from feel.bundle import BundleError
from feel.errors import FeelError
from feel.evaluator import Evaluator, Expressions
from feel.isolate import Limits
from feel.lenient import LenientExpressions

__all__ = ["BundleError", "Evaluator", "Expressions", "FeelError", "LenientExpressions", "Limits"]
