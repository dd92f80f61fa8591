"""Who is asking: a credential becomes a caller with a workspace and scopes, held to its quotas."""
