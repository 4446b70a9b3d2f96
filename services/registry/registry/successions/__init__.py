"""沿革: which body came out of which, by upgrade, merger or division."""
