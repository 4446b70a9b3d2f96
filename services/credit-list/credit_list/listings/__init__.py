"""列入与移出: who is on the serious, abnormal and red list, why, since when, until when."""
