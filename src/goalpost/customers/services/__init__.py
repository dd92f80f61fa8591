"""One function a use case of customer goals. The transaction and the time are passed in."""
