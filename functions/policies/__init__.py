"""What makes slow and unreliable systems quick and harmless: small rules around the call, in one order.

Each module is one rule: it takes what is inside it and gives something of the same shape. The order, from outside:
fallback, cache, single flight, deadline, retry, breaker, limits, the call.
"""
