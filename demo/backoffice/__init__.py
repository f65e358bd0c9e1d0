"""Four small demo systems in one process: customers, inventory, measurements and knowledge, each below its own path."""
