"""年度应检: how often a body is to be checked in a year by its level, and whether it was."""
