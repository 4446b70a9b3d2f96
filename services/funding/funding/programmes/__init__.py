"""资助项目: which awards a bureau promised, to whom, how much, from whose money. Rule sets only."""
