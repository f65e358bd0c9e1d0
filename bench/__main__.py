"""Runs the command line: ``python -m bench workers``."""

from bench.cli import app

app(prog_name="bench")
