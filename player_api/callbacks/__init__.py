"""Answers that systems give later."""
