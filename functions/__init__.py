"""Integration functions: their declarations, checking, policies, protocols and running."""
