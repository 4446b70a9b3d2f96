"""What other services told of organisations: the grade in force and the lists they are on."""
