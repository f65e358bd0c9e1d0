"""How long calls of internet support take with prefetch, parallel functions and cache, and without them."""
