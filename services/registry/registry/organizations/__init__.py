"""社会组织: registration and filing, change, suspension, cancellation, revocation, search."""
