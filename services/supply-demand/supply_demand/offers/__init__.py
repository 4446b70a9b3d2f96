"""供给: what organisations offer to do."""
