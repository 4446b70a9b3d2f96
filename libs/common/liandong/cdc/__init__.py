"""Change data capture in the relay's place: Debezium reads the outbox from the database's log."""
