"""``python -m supply_demand api|worker|all|migrate``."""

import sys

from liandong.process import run
from supply_demand.app import DEFINITION

sys.exit(run(DEFINITION))
