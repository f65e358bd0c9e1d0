"""The workers benchmark: our worker process beside other clients, on the same tasks in one engine."""
