"""Servers that run beside the application, for one machine without administrators."""
