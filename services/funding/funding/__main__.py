"""``python -m funding api|worker|all|migrate``."""

import sys

from funding.app import DEFINITION
from liandong.process import run

sys.exit(run(DEFINITION))
