"""供需对接服务: demands, offers, fairs, tenders, bids, contracts and service sites."""
