"""What this service has learnt from the events of others."""
