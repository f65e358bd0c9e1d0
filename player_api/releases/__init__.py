"""Releases: from the files of a script to what the engine runs."""
