"""``python -m liandong.embedded.issuer``: the development issuer as a process.

Reads ``LIANDONG_ENVIRONMENT`` (must not be production), ``LIANDONG_ISSUER_PORT``,
``LIANDONG_ISSUER_URL``, ``LIANDONG_ISSUER_KEYS`` (a folder) and ``LIANDONG_ISSUER_CLIENTS``
(JSON: ``{"<client id>": {"secret": "…", "scopes": […], "roles": […]}}``). It listens on loopback
only: it signs for whoever asks. ``LIANDONG_ISSUER_HOST`` is for a container's own network.
"""

import json
import os
import sys
from pathlib import Path

import uvicorn

from liandong import logs
from liandong.embedded.ports import BASE, HOST
from liandong.identity.actors import Role
from liandong.identity.development import DevelopmentClient, create_app


def _clients(text: str) -> dict[str, DevelopmentClient]:
    return {
        name: DevelopmentClient(
            secret=one["secret"],
            scopes=tuple(one.get("scopes", ())),
            roles=tuple(Role(role) for role in one.get("roles", (Role.SERVICE,))),
        )
        for name, one in json.loads(text).items()
    }


def main() -> int:
    logs.configure("development-issuer")
    host = os.environ.get("LIANDONG_ISSUER_HOST", HOST)
    port = int(os.environ.get("LIANDONG_ISSUER_PORT", BASE))
    try:
        app = create_app(
            environment=os.environ.get("LIANDONG_ENVIRONMENT", "development"),
            keys=Path(os.environ.get("LIANDONG_ISSUER_KEYS", "build/issuer")).resolve(),
            issuer=os.environ.get("LIANDONG_ISSUER_URL", f"http://{HOST}:{port}"),
            clients=_clients(os.environ.get("LIANDONG_ISSUER_CLIENTS", "{}")),
        )
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_config=None, server_header=False,
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
