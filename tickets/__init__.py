"""What: tickets, their history, the commands that change them, search."""
