"""Five small demo systems in one process: customers, inventory, measurements, knowledge and television, by path."""
