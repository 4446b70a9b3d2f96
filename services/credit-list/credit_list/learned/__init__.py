"""What this service has learnt from others: organisations and their grades."""
