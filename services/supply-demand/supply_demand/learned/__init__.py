"""What other services have told: projections of organisations, grades and listings."""
