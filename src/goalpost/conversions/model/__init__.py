"""Pure: goals, addresses, patterns, events and what matches what. No I/O, clock or HTTP."""
