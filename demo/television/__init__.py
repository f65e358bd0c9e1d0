"""Demo television: set-top boxes that can be asked and restarted, and packages of channels."""
