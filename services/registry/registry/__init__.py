"""登记服务 (registry): organisations, their identity and their status."""
