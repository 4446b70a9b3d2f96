"""责令整改: ordered with a deadline, extended once, proved, checked again."""
