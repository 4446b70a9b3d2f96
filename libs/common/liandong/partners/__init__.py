"""Partners who read the topics: who they are, what they may read, and how the brokers learn it."""
