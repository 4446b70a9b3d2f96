"""社区社会组织备案: from the residents' form to the filing number."""
