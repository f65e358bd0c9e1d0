"""Everything on one machine without Docker: PostgreSQL, Camunda and our own processes."""
