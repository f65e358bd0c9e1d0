"""What the drawing of a script says of the way through it."""
