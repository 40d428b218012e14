"""Mail in (the gateway) and out (the outbox)."""
