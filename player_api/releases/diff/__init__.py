"""What has changed between two states of a script: in words, and by element for a diagram to be coloured."""

from player_api.releases.diff.compare import Change, Changed, diff

__all__ = ["Change", "Changed", "diff"]
