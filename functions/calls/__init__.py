"""The ways of calling a system, one module each behind functions.calls.protocol."""
