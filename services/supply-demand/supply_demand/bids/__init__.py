"""投标: bids of organisations, sealed until the tender closes."""
