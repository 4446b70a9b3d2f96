"""联合奖惩措施, the mechanism: a listing switches measures on and off by event, the service that
executes a measure obeys in one transaction with telling that it did."""
