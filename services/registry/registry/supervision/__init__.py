"""What the capabilities of supervision share: clocks, service of documents, serial numbers."""
