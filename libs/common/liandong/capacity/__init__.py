"""容量: what a platform of a given size needs, from named assumptions and measured figures."""
