"""统计: how many organisations there are and were, of each kind and in each place."""
