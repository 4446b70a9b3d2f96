"""共享与双公示: what other departments may copy of the lists and penalties, day by day."""
