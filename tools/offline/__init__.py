"""离线交付包：every image that the platform needs, packed for networks without a way out."""
