"""复核: what an entitlement rests on was withdrawn or changed."""
