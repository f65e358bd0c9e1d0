"""What a diagram may hold, so that nothing in it runs code in the engine: allow-lists, never deny-lists.

Camunda evaluates expressions in far more places than its documentation lists (names, documentation, form fields,
timers, listeners …), resolves them against every bean of its application, and does some of that while it deploys. So a
release is checked as text, before anything of it reaches the engine.
"""

from player_api.releases.checks.allowed.check import code_findings

__all__ = ["code_findings"]
