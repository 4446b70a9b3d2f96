"""枢纽型社会组织: which bodies belong to a hub, and since when."""
