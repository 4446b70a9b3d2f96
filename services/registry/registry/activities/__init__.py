"""重大活动报告: what a community organisation tells the street before a large event."""
