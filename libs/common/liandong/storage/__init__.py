"""Files outside the database, behind one interface: a folder, or any S3-compatible store."""
