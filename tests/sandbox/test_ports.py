"""Ports: one set per checkout, kept while they are free, on the loopback address alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import ports
from sandbox.layout import Layout
from sandbox.say import SandboxError
from sandbox.state import State

pytestmark = pytest.mark.pure


def state_in(folder: Path) -> State:
    layout = Layout(folder / ".sandbox", folder)
    layout.make()
    return State(layout)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port another program listens on."""
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_checkout_keeps_its_ports(tmp_path: Path) -> None:
    first = ports.allot(state_in(tmp_path))
    assert set(first) == set(ports.NAMES)
    assert len(set(first.values())) == len(ports.NAMES)
    assert ports.allot(state_in(tmp_path)) == first


def test_only_a_port_taken_meanwhile_is_replaced(tmp_path: Path, taken: int) -> None:
    state = state_in(tmp_path)
    first = ports.allot(state)
    state.put(ports=first | {"web": taken})
    second = ports.allot(state_in(tmp_path))
    assert second["web"] != taken
    assert {name: second[name] for name in ports.NAMES if name != "web"} == {
        name: first[name] for name in ports.NAMES if name != "web"
    }


@pytest.mark.parametrize("known", [None, [], {"web": "80"}, {"web": 80}, {"web": 70000}, {"web": 2.5}])
def test_a_damaged_record_gives_new_ports(tmp_path: Path, known: object) -> None:
    state = state_in(tmp_path)
    state.put(ports=known)
    assert all(ports.LOWEST <= port <= ports.HIGHEST for port in ports.allot(state).values())


def test_one_number_twice_is_not_kept(tmp_path: Path) -> None:
    state = state_in(tmp_path)
    port = ports.free_port(set())
    state.put(ports=dict.fromkeys(ports.NAMES, port))
    assert len(set(ports.allot(state).values())) == len(ports.NAMES)


def test_a_taken_port_is_refused_with_the_remedy(taken: int) -> None:
    with pytest.raises(SandboxError, match=rf"Port {taken} is taken .* --port"):
        ports.wanted(taken)


@pytest.mark.parametrize("port", [-1, 0, 80, 1023, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(SandboxError, match="1024 to 65535"):
        ports.wanted(port)
