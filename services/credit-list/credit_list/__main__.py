"""``python -m credit_list api|worker|all|migrate``."""

import sys

from credit_list.app import DEFINITION
from liandong.process import run

sys.exit(run(DEFINITION))
