"""Then: conditions, actions and templates that run on recorded transactions."""
