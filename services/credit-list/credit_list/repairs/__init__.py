"""信用修复: the application, and the decision that ends a listing and all its measures at once."""
