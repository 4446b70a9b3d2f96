"""Figures that nobody counts as they happen: read out of the database, or of the process."""
