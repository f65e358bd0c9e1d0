"""Demo inventory: lines, ports and outages in PostgreSQL, asked in SQL through stored functions."""
