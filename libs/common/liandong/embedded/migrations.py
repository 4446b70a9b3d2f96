"""``python -m liandong.embedded.migrations '{"<package>": "<database url>", …}'``.

Brings every database to the code's version. One process for all, because loading the libraries
takes longer than the migrations; the services themselves are not imported.
"""

import importlib.util
import json
import sys
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import MetaData

from liandong.db.migrations import migrate
from liandong.definition import ServiceDefinition

NEWER_DATABASE = 3
"""Exit code when a database knows a revision that the code does not."""


def main(told: str) -> int:
    for package, url in json.loads(told).items():
        sys.stderr.write(f"migrating {package}\n")
        try:
            migrate(_definition(package), url)
        except CommandError as error:
            if "Can't locate revision" not in str(error):
                raise
            sys.stderr.write(f"{error}\n")
            return NEWER_DATABASE
    return 0


def _definition(package: str) -> ServiceDefinition:
    """As much of the service as its migrations need."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"the package {package} is not installed")
    folder = Path(found.origin).parent
    return ServiceDefinition(package, package, "", folder, MetaData(), routers=(), events=())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
