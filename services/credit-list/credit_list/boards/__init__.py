"""公示栏: what the public sees of the lists; nothing of open cases."""
