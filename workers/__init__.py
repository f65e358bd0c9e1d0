"""External-task workers: one long poll for all integration functions, bounded work, reports that arrive."""
