"""``python -m tools.observability write|check``."""

import argparse
import sys

from tools.observability.files import differing, write


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.observability")
    parser.add_argument("what", choices=["write", "check"])
    if parser.parse_args().what == "write":
        write()
        return 0
    told = differing()
    for one in told:
        sys.stderr.write(f"{one} 与代码不一致：请执行 python -m tools.observability write\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
