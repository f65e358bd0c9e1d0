"""Demo billing: accounts, charges, payments and promised payments behind an HTTP API of its own."""
