"""迁移: the register of an organisation moves to another district."""
