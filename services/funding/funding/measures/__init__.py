"""联合奖惩措施 that this service executes: 暂停拨付、优先资助."""
