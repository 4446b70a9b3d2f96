"""What went wrong with the platform as a whole, for the person who started it."""


class PlatformError(RuntimeError):
    """The platform cannot run; the message says in Chinese and English what to do."""
