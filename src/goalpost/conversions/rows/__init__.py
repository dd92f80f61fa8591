"""Sites and conversion goals as rows of the relational store."""
