"""Ports for the servers of a test: free now, and never given to somebody's outgoing connection meanwhile."""

import itertools
import os
import random
import socket

# Below the ports that Linux gives to outgoing connections (from 32768 on) and below those for sound.
_RANGE = range(10000, 12000)
# Browsers connect to no server there (https://fetch.spec.whatwg.org/#port-blocking).
_BLOCKED = 10080
_given: set[int] = set()


def own_share(of: range) -> range:
    """Of these numbers those that no other process of the test run takes."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return of[int(name.removeprefix("gw")) :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]


def free_ports(count: int) -> list[int]:
    """So many ports that nobody uses, for TCP and UDP alike; none is given twice in one test run."""
    share = own_share(_RANGE)
    candidates = random.sample(share, len(share))
    free = (number for number in candidates if number not in {*_given, _BLOCKED} and _is_free(number))
    found = list(itertools.islice(free, count))
    if len(found) < count:
        raise RuntimeError(f"no {count} free ports in {_RANGE}")
    _given.update(found)
    return found


def _is_free(number: int) -> bool:
    with socket.socket(type=socket.SOCK_STREAM) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind(("", number))
            udp.bind(("", number))
        except OSError:
            return False
    return True
