"""What everything stands on: errors, ids, texts, money. The standard library, and nothing that knows goals."""
