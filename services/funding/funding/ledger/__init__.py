"""台账: what was paid, from which money; entries are added and never changed."""
