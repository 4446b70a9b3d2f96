"""关注清单: the organisations a partner follows, and what changed in their standing since."""
