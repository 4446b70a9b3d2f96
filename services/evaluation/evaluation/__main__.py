"""``python -m evaluation api|worker|all|migrate``."""

import sys

from evaluation.app import DEFINITION
from liandong.process import run

sys.exit(run(DEFINITION))
