"""查询回执: the public keys, and whether a receipt proves an answer."""
