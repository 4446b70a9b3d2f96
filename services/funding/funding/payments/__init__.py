"""拨付: proposed, approved by a second person, held while there is a reason to, made once."""
