"""Benchmarks: how fast the workers are beside other clients, and what the functions' policies save."""
