"""The expression language FEEL: evaluation with limits, and checking."""
