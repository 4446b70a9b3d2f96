"""What the tests of every service share: a real PostgreSQL and a real Kafka."""
