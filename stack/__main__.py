"""Runs the command line: ``python -m stack up``."""

from stack.cli import app

app(prog_name="stack")
