"""Drafts of scripts: their files, what is wrong with them, and their ways in and out as folders and archives."""
