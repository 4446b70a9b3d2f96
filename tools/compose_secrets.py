"""Makes what Docker Compose needs once: ``.env`` (settings) and ``.secrets`` (one file each).

What is there already is left alone, so that it can be run again after an update, and so that a
certificate or a password of one's own can be put in its place before or after. The files are
readable for the users of the containers, the folder is not for the machine's other users.
"""

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVICES = ("registry", "evaluation", "credit_list", "supply_demand", "funding")
HOST = "LIANDONG_PUBLIC_HOST"
CERTIFICATE, KEY, AUTHORITY = "tls_certificate.pem", "tls_key.pem", "tls_authority.pem"
DAYS = 3650
HEADING = "# Settings of docker-compose.yml: docs/containers.md. Secrets are files in .secrets."
SETTINGS = {"COMPOSE_PROFILES": "core", HOST: "localhost"}
"""What ``.env`` must say: without a profile Compose starts nothing."""


class Unfit(Exception):
    """Says in one sentence what to change."""


def main(folder: Path = ROOT) -> int:
    try:
        make(folder)
    except Unfit as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def make(folder: Path) -> None:
    """Writes what is missing below ``folder``. Raises Unfit, having written no certificate, when
    openssl is missing or the host's name is none."""
    settings, kept = folder / ".env", folder / ".secrets"
    if not settings.exists():
        write(settings, f"{HEADING}\n", 0o600)
    with settings.open("a", encoding="utf-8") as file:
        file.write(missing(settings.read_text(encoding="utf-8")))
    kept.mkdir(mode=0o700, exist_ok=True)
    for name, value in passwords(kept):
        if not (kept / name).exists():
            write(kept / name, value, 0o444)
    if not (kept / CERTIFICATE).exists() and not (kept / KEY).exists():
        certify(kept, public_host(settings.read_text(encoding="utf-8")))


def missing(settings: str) -> str:
    """What is to be added to the text of ``.env``: a line for each setting it does not make."""
    said = {line.partition("=")[0].strip() for line in settings.splitlines() if "=" in line}
    lines = [f"{name}={value}\n" for name, value in SETTINGS.items() if name not in said]
    return "".join(["" if settings.endswith("\n") else "\n", *lines]) if lines else ""


def passwords(kept: Path) -> Iterator[tuple[str, str]]:
    """The name and a new value of every secret; the database's addresses repeat passwords."""
    yield "postgres_password", secrets.token_urlsafe(24)
    for one in (*SERVICES, "keycloak"):
        yield f"{one}_database_password", secrets.token_urlsafe(24)
    for one in SERVICES:
        password = (kept / f"{one}_database_password").read_text(encoding="utf-8").strip()
        yield f"{one}_database_url", f"postgresql://{one}:{password}@postgres/{one}"
        yield f"{one}_client_secret", secrets.token_urlsafe(24)
    yield "keycloak_admin_password", secrets.token_urlsafe(24)
    yield "grafana_admin_password", secrets.token_urlsafe(24)
    yield "encryption_keys", f'["compose-1:{_key()}"]'
    yield "receipt_keys", f'["compose-1:{_key()}"]'
    yield "storage_access_key", ""
    yield "storage_secret_key", ""


def public_host(settings: str) -> str:
    """The name under which the platform is reached, from the text of ``.env``."""
    found = re.search(rf"^{HOST}=(.*)$", settings, re.MULTILINE)
    host = found[1].strip() if found else "localhost"
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", host):
        raise Unfit(f".env 中 {HOST} 的值“{host}”不是主机名或 IPv4 地址，请改正")
    return host


def certify(kept: Path, host: str) -> None:
    """A certificate for ``host`` and this machine, from an authority of one's own, whose key is
    thrown away; for trying things out until the bureau's certificate is put in its place."""
    if shutil.which("openssl") is None:
        raise Unfit(
            f"没有找到 openssl：请安装它，或把服务器证书和私钥放到 {kept.name}/{CERTIFICATE} 与 "
            f"{kept.name}/{KEY}，再运行一次"
        )
    kind = "IP" if re.fullmatch(r"[0-9.]+", host) else "DNS"
    names = f"subjectAltName=DNS:localhost,IP:127.0.0.1,{kind}:{host}"
    with tempfile.TemporaryDirectory() as made:
        there = Path(made)
        _openssl(
            there, "req", "-x509", *_new_key("authority.key"), "-out", AUTHORITY, "-days", DAYS,
            "-subj", "/CN=Liandong local authority",
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign",
        )  # fmt: skip
        _openssl(
            there, "req", "-x509", *_new_key(KEY), "-out", CERTIFICATE, "-days", DAYS,
            "-CA", AUTHORITY, "-CAkey", "authority.key", "-subj", f"/CN={host}",
            "-addext", names, "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "extendedKeyUsage=serverAuth",
        )  # fmt: skip
        for name in (AUTHORITY, KEY, CERTIFICATE):
            write(kept / name, (there / name).read_text(encoding="ascii"), 0o444)


def _new_key(file: str) -> tuple[str, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", file


def _openssl(folder: Path, *arguments: object) -> None:
    done = subprocess.run(  # noqa: S603 - arguments of this module's own
        ["openssl", *map(str, arguments)],  # noqa: S607 - wherever it is installed
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unfit(f"openssl 未能生成证书：{done.stderr.strip().splitlines()[-1:]}")


def write(file: Path, text: str, mode: int) -> None:
    """A new file that was never readable for more than it is to be."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as opened:
        os.fchmod(opened.fileno(), mode)
        opened.write(text)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


if __name__ == "__main__":
    sys.exit(main())
