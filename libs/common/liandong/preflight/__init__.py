"""启动前检查: a service does not start in wrong surroundings, and says in one sentence why."""
