"""联合奖惩措施: the catalogue, which measures are in force, and who has obeyed them."""
