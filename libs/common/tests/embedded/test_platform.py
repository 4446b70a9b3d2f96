"""The embedded platform without services: quick to start, and all that can go wrong around it."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from liandong.embedded.cli import main
from liandong.embedded.environment import encryption_key, inherited
from liandong.embedded.errors import PlatformError
from liandong.embedded.platform import EmbeddedPlatform
from liandong.embedded.ports import Ports
from liandong.embedded.processes import find

PROGRAM = """
import signal, sys
from pathlib import Path
from liandong.embedded.platform import EmbeddedPlatform
from liandong.embedded.ports import Ports
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell's "&"
ports = Ports.from_base(int(sys.argv[2]))
with EmbeddedPlatform(Path(sys.argv[1]), ports, services=(), durable=False):
    print("running", flush=True)
    signal.pause()
"""


def a_platform(folder: Path, ports: Ports | None = None) -> EmbeddedPlatform:
    return EmbeddedPlatform(folder, ports or Ports.free(), services=(), durable=False)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Whatever lives with its working folder in the platform's."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(f"{folder}/") and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def in_another_process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A platform in ``tmp_path`` that a process of its own runs."""
    ports = Ports.free()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(ports.issuer)],
        stdout=subprocess.PIPE, text=True, env=inherited(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        yield process
        process.kill()


def noted(folder: Path) -> dict[str, dict[str, int]]:
    return json.loads((folder / "platform.json").read_text())["processes"]


def test_production_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANDONG_ENVIRONMENT", "production")
    with pytest.raises(PlatformError, match="不得在生产环境启动"):
        a_platform(tmp_path)
    assert main(["run", "--folder", str(tmp_path)]) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_named_and_nothing_is_left_running(tmp_path: Path) -> None:
    ports = Ports.free()
    sentence = f"端口 {ports.issuer} .*LIANDONG_PORT_BASE"
    with (
        socket.create_server(("127.0.0.1", ports.issuer)),
        pytest.raises(PlatformError, match=sentence),
    ):
        a_platform(tmp_path, ports).start()
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "platform.json").exists()


@pytest.mark.parametrize("base", ["abc", "80", "65534"])
def test_an_impossible_port_base_is_refused(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANDONG_PORT_BASE", base)
    with pytest.raises(PlatformError, match=f"现为 {base}"):
        Ports.from_environment()


def test_the_ports_follow_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANDONG_PORT_BASE", "9100")
    ports = Ports.from_environment()
    assert (ports.issuer, ports.services["registry"], ports.services["funding"]) == (
        9100,
        9101,
        9105,
    )


def test_a_second_platform_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with a_platform(tmp_path):
        with pytest.raises(PlatformError, match=f"正在运行（进程 {os.getpid()}）"):
            a_platform(tmp_path).start()
        assert main(["clean", "--folder", str(tmp_path), "--yes"]) == 1
    assert processes_of(tmp_path) == []


def test_what_a_killed_run_left_behind_is_ended_by_the_next(
    tmp_path: Path, in_another_process: subprocess.Popen[str]
) -> None:
    issuer = noted(tmp_path)["issuer"]["pid"]
    port = int(json.loads((tmp_path / "platform.json").read_text())["issuer"].rpartition(":")[2])
    in_another_process.kill()
    in_another_process.wait()
    assert find(issuer) is not None
    with a_platform(tmp_path, Ports.from_base(port)):
        assert noted(tmp_path)["issuer"]["pid"] != issuer
        assert find(issuer) is None
    assert processes_of(tmp_path) == []


def test_a_stranger_under_a_noted_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        started = psutil.Process(stranger.pid).create_time()
        one = {"pid": stranger.pid, "started": started, "command": ["-P", "-m", "registry", "all"]}
        (tmp_path / "platform.json").write_text(json.dumps({"processes": {"registry": one}}))
        with a_platform(tmp_path):
            assert stranger.poll() is None
        stranger.kill()


def test_a_torn_state_file_does_not_stop_a_start(tmp_path: Path) -> None:
    (tmp_path / "platform.json").write_text('{"processes": [')
    with a_platform(tmp_path):
        assert noted(tmp_path).keys() == {"issuer"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -2)])
def test_a_signal_ends_everything(
    number: signal.Signals,
    code: int,
    tmp_path: Path,
    in_another_process: subprocess.Popen[str],
) -> None:
    in_another_process.send_signal(number)
    with suppress(subprocess.TimeoutExpired):
        in_another_process.wait(0.05)
    in_another_process.send_signal(number)  # the impatient second one changes nothing
    assert in_another_process.wait(100) == code
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "platform.json").exists()


def test_an_exception_in_the_block_ends_everything(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), a_platform(tmp_path):
        raise ZeroDivisionError
    assert processes_of(tmp_path) == []


def test_the_encryption_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    made = encryption_key(tmp_path / "keys", data_exists=False)
    assert stat.S_IMODE((tmp_path / "keys" / "encryption.key").stat().st_mode) == 0o600
    assert encryption_key(tmp_path / "keys", data_exists=True) == made


def test_data_without_its_key_is_not_given_a_new_one(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match=r"加密密钥文件.*请恢复该文件"):
        encryption_key(tmp_path / "keys", data_exists=True)


def test_the_processes_do_not_inherit_settings_or_a_proxy_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LIANDONG_DATABASE_URL", "postgresql://elsewhere/x")
    monkeypatch.setenv("NO_PROXY", "example.cn")
    told = inherited()
    assert "LIANDONG_DATABASE_URL" not in told
    assert told["NO_PROXY"] == "example.cn,127.0.0.1,localhost"


def test_cleaning_removes_a_platform_and_only_a_platform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, other = tmp_path / "run", tmp_path / "photos"
    with a_platform(ours):
        pass
    other.mkdir()
    assert main(["clean", "--folder", str(other), "--yes"]) == 0
    assert other.exists()
    assert main(["clean", "--folder", str(ours)]) == 1
    assert "--yes" in capsys.readouterr().err
    assert ours.exists()
    assert main(["clean", "--folder", str(ours), "--yes"]) == 0
    assert not ours.exists()


def test_an_unknown_service_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--services", "registry,payroll"]) == 1
    assert "payroll" in capsys.readouterr().err
