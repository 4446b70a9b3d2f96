"""离线交付包：builds every image that the platform needs, and packs them for networks without a way out."""
