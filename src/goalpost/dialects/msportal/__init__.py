"""MSPortal's API: goals of companies, with tasks and updates."""
