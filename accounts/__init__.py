"""Who: users, groups, right names, credentials."""
