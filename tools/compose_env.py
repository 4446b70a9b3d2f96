"""Writes .env for Docker Compose once, with random secrets; leaves an existing one alone."""

import base64
import os
import secrets
from pathlib import Path

TARGET = Path(__file__).parent.parent / ".env"
PASSWORDS = (
    "POSTGRES_PASSWORD",
    "REGISTRY_DATABASE_PASSWORD",
    "EVALUATION_DATABASE_PASSWORD",
    "CREDIT_LIST_DATABASE_PASSWORD",
    "SUPPLY_DEMAND_DATABASE_PASSWORD",
    "FUNDING_DATABASE_PASSWORD",
    "LIANDONG_CLIENT_SECRET",
)


def main() -> None:
    if TARGET.exists():
        return
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    content = "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in PASSWORDS)
    content += f"LIANDONG_ENCRYPTION_KEY=compose-1:{key}\n"
    with os.fdopen(os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)


if __name__ == "__main__":
    main()
