"""服务分类: classes of services and groups of people served, as data."""
