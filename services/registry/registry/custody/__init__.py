"""资金代管: a hub keeps money for its members, in a ledger that is only added to."""
