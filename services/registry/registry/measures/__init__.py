"""联合奖惩措施 that this service executes: 列为重点监督管理对象."""
