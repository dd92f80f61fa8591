"""The ground under everything: errors, ids, texts, money. The standard library alone, and nothing that knows goals."""
