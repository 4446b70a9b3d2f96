"""月报: what the lists did in a month, reported upward by two officers."""
