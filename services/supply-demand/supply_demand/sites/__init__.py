"""服务站点: call centres, service centres and stations, recognised once each."""
