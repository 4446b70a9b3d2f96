"""内部治理: terms of office 届期, re-election 换届, posts, certificates that run out."""
