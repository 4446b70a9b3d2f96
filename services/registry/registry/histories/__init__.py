"""登记簿的沿革: what the record of an organisation said, when, and where each value is from."""
