"""RT's wire formats; nothing imports this package."""

# The release of RT whose interfaces these are. Clients look at it.
RT_VERSION = "6.0.0"
