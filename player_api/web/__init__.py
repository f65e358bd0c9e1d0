"""The built web applications, as browsers load them into pages of any origin."""
