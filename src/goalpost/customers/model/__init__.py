"""Pure: customer goals, metrics, templates, records, filters. No I/O, clock or HTTP."""
