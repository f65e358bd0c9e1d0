"""Demo line measurement: an order is taken at once, its result is sent to an address that came with it."""
