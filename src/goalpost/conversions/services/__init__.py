"""One function a use case of sites and conversion goals. The transaction and the time are passed in."""
