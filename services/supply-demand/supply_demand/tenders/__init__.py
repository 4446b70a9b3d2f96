"""招标: purchases of services, from draft to award."""
