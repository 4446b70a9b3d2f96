"""资助服务 (funding): programmes, budgets, entitlements, payments, ledger."""
