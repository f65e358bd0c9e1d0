"""The built web applications, as browsers load them."""
