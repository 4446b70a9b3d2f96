"""核名: structured names, the rules for them, closeness to other names, reservation."""
