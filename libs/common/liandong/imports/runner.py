class ImportRunner:
    def __init__(self, factory, kinds): ...
    async def run_next(self) -> int:
        return 0
