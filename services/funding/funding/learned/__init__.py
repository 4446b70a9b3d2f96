"""What other services told: standing of organisations, recognised sites, confirmed grades."""
