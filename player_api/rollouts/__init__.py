"""Rollouts: which release new sessions get, canaries included, and the way back."""
