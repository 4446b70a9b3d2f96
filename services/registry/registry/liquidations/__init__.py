"""清算: the group, the end, and the time to apply for cancellation."""
