"""Other systems' addresses that are told of events."""
