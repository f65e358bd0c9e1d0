"""Integration functions as declarations: their checking, their policies and the calls they make."""
