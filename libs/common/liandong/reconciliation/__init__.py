"""对账: what a service has told, compared with what the topic holds and what others have taken."""
