"""Server-Sent Events: what changes reaches who watches."""
