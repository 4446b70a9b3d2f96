"""联合奖惩措施 that this service executes: 复查评估等级."""
