"""Integration functions and systems, read and written as declarations."""
