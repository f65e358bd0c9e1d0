"""Messages from outside: to a running session, or to start one."""
