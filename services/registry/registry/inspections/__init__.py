"""年度检查、年度报告: seasons, reports, reviews, conclusions, rectification, statistics."""
