class TopicUnreadable(RuntimeError):
    """Kafka or the topic cannot be read; the message is one Chinese sentence."""
