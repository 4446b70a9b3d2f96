"""历史状况: how an organisation stood at the end of a day that is over."""
