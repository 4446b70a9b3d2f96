"""The story that must always run: Hefei 2019, from the register to a repaired listing.

``python -m story demo`` plays it on real processes; ``tests/story`` plays it on both transports.
"""
