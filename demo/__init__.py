"""The telecom systems that a demonstration needs."""
