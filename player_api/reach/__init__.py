"""What a change reaches before it is made: scripts, releases, sessions; and changes that running releases may get."""
