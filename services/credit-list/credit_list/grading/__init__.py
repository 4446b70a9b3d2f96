"""信用等级: facts scored item by item, the grade that follows, and how closely it is watched."""
