"""A port that is chosen now and used later must still be free then."""

import multiprocessing
import socket
from pathlib import Path

from liandong.embedded.ports import HOST, free_port


def test_no_outgoing_connection_is_given_a_chosen_port():
    [first, last] = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert not int(first) <= free_port() <= int(last)


def test_a_port_is_chosen_once():
    chosen = [free_port() for _ in range(50)]
    assert len(set(chosen)) == len(chosen)


def test_a_port_that_somebody_uses_is_left_out():
    before = free_port()
    with socket.socket() as taken:
        taken.bind((HOST, before + 1))
        taken.listen()
        assert free_port() > before + 1


def test_processes_side_by_side_choose_different_ports():
    with multiprocessing.get_context("forkserver").Pool(1) as pool:
        elsewhere = pool.apply(_fifty_ports)
    assert not set(elsewhere) & set(_fifty_ports())


def _fifty_ports() -> list[int]:
    return [free_port() for _ in range(50)]
