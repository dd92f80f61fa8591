"""Something to look at on the first day: a site with a month of simulated visitors, and a page to be one oneself."""
