"""What is tried on every service; a file of tests names its scene and takes these."""

import pytest

from tests.fuzz import afterwards
from tests.fuzz.bench import Bench
from tests.fuzz.world import Scene


class Trial:
    """The tests of a scene, in this order. ``operation`` is each one in the scene's document."""

    scene: Scene

    def test_every_answer_is_as_documented(self, operation: str, bench: Bench) -> None:
        bench.try_out(operation)

    def test_afterwards_nothing_is_left_undone(self, bench: Bench) -> None:
        bench.run(afterwards.nothing_is_left_undone(bench))

    def test_afterwards_every_audit_entry_is_proved(self, bench: Bench) -> None:
        bench.run(afterwards.every_audit_entry_is_proved(bench))

    @pytest.mark.long_run
    def test_every_operation_was_entered(self, bench: Bench) -> None:
        assert afterwards.never_entered(bench).keys() <= self.scene.never.keys()
