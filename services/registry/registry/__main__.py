"""``python -m registry api|worker|all|migrate``."""

import sys

from liandong.process import run
from registry.app import DEFINITION

sys.exit(run(DEFINITION))
