"""评审名单: the valid bids of a tender in order, with the reasons of every place."""
