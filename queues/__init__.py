"""Where: queues, lifecycles, custom field definitions, grants of rights."""
