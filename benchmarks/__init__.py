"""Benchmarks: what the platform does, beside the least that the same libraries need for it."""
