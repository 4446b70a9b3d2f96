"""定期报告与评议: what a filed body tells its village or community, and what residents think."""
