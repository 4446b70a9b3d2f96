"""公众查询: what is published of one organisation, for whoever knows its code or exact name."""
