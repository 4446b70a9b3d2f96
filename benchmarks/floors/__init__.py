"""What each row is compared with: the same work by hand, without the platform's guarantees."""
