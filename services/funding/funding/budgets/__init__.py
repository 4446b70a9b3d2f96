"""预算: how much may be spent on a programme in a district and year."""
