"""信用状况: the answer that others ask for at a point of no return."""
