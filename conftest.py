"""Fixtures for every test of the platform."""

pytest_plugins = ["liandong.testing.plugin", "liandong.testing.scenarios"]
