"""One module per row of the table; each has ``NAME`` and ``async def run(stage) -> list[Row]``."""
