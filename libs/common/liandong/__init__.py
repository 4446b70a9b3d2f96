"""Liandong (联动): the shared library. It holds mechanisms and knows nothing of any one service."""
