"""What all HTTP doors share: dispatch, transactions, errors, documents, idempotency, quota headers."""
