"""评估等级: proposed by a clerk, publicised, confirmed by an approver, in force until it ends."""
