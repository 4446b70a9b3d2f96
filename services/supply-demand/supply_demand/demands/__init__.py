"""需求: what communities need, from draft to contract."""
