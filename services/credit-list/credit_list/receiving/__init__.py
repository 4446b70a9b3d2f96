"""接收外部名单: what other departments and cities say of organisations, with its provenance."""
