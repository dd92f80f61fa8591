"""Pages made for Plausible: its script's addresses, its tag's attributes and `window.plausible`."""
