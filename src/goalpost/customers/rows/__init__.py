"""Customer goals and all around them as rows of the relational store."""
