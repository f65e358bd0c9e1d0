"""Demo knowledge: the operator's dictionaries, which are too long for a form and are searched."""
