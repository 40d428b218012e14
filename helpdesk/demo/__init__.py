"""An example site: network operations with sixty tickets, to look at and to try."""
