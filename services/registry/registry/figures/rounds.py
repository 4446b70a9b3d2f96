"""What the worker does for the figures again and again."""

from typing import Final

from liandong.timers.rounds import Round
from registry.figures.checking import check
from registry.figures.folding import fold

FOLD: Final = Round("registry.figures.fold", 10, fold)
CHECK: Final = Round("registry.figures.check", 60, check)
