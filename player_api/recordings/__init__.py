"""Test cases made of sessions that have ended: what was answered and what systems said, without what is personal."""
