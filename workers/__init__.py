"""External-task workers: they fetch tasks from the engine, run functions and report what came of it."""
