"""``liandong``: what an administrator does to a running platform, from a terminal."""
