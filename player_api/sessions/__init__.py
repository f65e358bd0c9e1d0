"""Sessions: a customer's walk through a script, step by step."""
