"""Everything on one machine without Docker: PostgreSQL, an engine and our own processes."""
