"""Memory of what happened: events and conversions in ClickHouse's SQL, in-process (chDB) or on a server by URL."""
