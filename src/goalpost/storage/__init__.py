"""The relational store: its engine, transactions, deadlines and locks, and the tables of the server itself."""
