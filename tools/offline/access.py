"""How this machine reaches Python packages, for the one image that stays on it."""

import os
import re
import shutil
import ssl
import sys
from pathlib import Path

from tools.offline.commands import run

_TAKEN = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")
_LINE = re.compile(r"^[\w:-]+\.([\w-]+)='(.*)'$")


def write_into(folder: Path) -> None:
    """Writes pip.conf and the bundle of certificates as they belong below /etc."""
    listed = run(sys.executable, "-m", "pip", "config", "list", wrong="无法读取 pip 的设置")
    folder.mkdir(parents=True)
    (folder / "pip.conf").write_text(pip_settings(listed), encoding="utf-8")
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().openssl_cafile
    if Path(bundle).is_file():
        target = folder / "ssl/certs/ca-certificates.crt"
        target.parent.mkdir(parents=True)
        shutil.copyfile(bundle, target)


def pip_settings(listed: str) -> str:
    """pip.conf with what ``pip config list`` tells of the way to the packages, and nothing else."""
    found = (_LINE.match(line) for line in listed.splitlines())
    taken = {line[1]: line[2] for line in found if line and line[1] in _TAKEN}
    return "[global]\n" + "".join(f"{name} = {value}\n" for name, value in sorted(taken.items()))
