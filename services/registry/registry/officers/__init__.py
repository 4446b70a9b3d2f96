"""行政执法人员: who may investigate and inspect, and what each must keep away from (回避)."""
