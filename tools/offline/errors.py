"""What the person who builds or checks the kit is told."""


class KitError(Exception):
    """离线交付包无法制作或校验。Its text is one sentence in Chinese that says what to change."""
