"""What one can do: one function a use case. The transaction and the time are passed in; nothing here knows HTTP."""
