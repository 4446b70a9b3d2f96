"""应享: what an organisation has a right to, because a site was recognised or a grade confirmed."""
