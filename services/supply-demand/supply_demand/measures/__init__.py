"""联合奖惩措施 that this service executes: 限制投标、投标提示、优先承接."""
