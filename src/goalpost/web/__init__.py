"""The common part of all HTTP doors: dispatch, transactions, errors, documents, idempotency, quota headers."""
