"""等级调整: lowering, cancelling or keeping a grade, proposed by one and approved by another."""
