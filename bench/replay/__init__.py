"""The replay benchmark: a thousand recorded sessions walked twice, with the functions' policies off and on."""
