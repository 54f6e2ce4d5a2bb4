"""Ports of the loopback address, allotted once per checkout and looked after."""

import random
import socket

from sandbox.say import SandboxError
from sandbox.state import State

HOST = "127.0.0.1"
# below the range the kernel hands out by itself, above the usual services
LOWEST, HIGHEST = 20000, 32000
NAMES = ("mariadb", "redis_cache", "redis_queue", "realtime", "web", "gateway", "redis_cache_2", "redis_queue_2")


def is_free(port: int) -> bool:
    """Whether the port can be bound on the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(taken: set[int]) -> int:
    """A free port that is not among `taken`."""
    for _ in range(1000):
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 - no secret
        if port not in taken and is_free(port):
            return port
    raise SandboxError(f"No free port between {LOWEST} and {HIGHEST}: end some of the programs that listen there.")


def allot(state: State) -> dict[str, int]:
    """The checkout's ports by name; those another program has taken meanwhile are replaced. Saved."""
    known = state.get("ports")
    known = known if isinstance(known, dict) else {}
    ports: dict[str, int] = {}
    for name in NAMES:
        port = known.get(name)
        good = isinstance(port, int) and 1024 <= port < 65536 and port not in ports.values() and is_free(port)
        ports[name] = port if good else free_port(set(ports.values()))
    if ports != known:
        state.put(ports=ports)
    return ports


def wanted(port: int) -> int:
    """The port a person asked for, if it can be had."""
    if not 1024 <= port < 65536:
        raise SandboxError(f"{port} is no port a program may use here: take one from 1024 to 65535.")
    if not is_free(port):
        raise SandboxError(f"Port {port} is taken by another program: end that one, or choose another with --port.")
    return port


def accepts(port: int) -> bool:
    """Whether something answers on the port."""
    try:
        socket.create_connection((HOST, port), 0.5).close()
    except OSError:
        return False
    return True
