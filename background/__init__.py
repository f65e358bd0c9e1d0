"""Periodic and deferred work."""
