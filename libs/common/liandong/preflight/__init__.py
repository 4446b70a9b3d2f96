"""启动前检查: what is wrong with the surroundings of a service stops its start with one sentence."""
