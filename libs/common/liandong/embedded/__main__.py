"""``python -m liandong.embedded run|clean``."""

import sys

from liandong.embedded.cli import main

if __name__ == "__main__":
    sys.exit(main())
