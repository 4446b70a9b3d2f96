"""信用记录: what is known of an organisation, from the registry and from other departments."""
