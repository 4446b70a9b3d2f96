"""列入线索: what the facts propose. A lead lists nobody; an officer takes it into a case or not."""
