"""The credit-list service: cases, listings, repairs, the red list, standings, the public boards."""
