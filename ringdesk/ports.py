"""Which ports are taken on this machine, and by whom; read from /proc, without a tool."""

import errno
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Protocol = Literal["tcp", "udp"]
_TCP_LISTEN = "0A"
_UDP_OPEN = "07"


@dataclass(frozen=True, slots=True)
class Port:
    """A port that Ringdesk needs. `setting` is the name under which another one can be chosen."""

    purpose: str
    protocol: Protocol
    address: str
    number: int
    setting: str

    def is_free(self) -> bool:
        """Whether it can be bound right now. An address that is not this machine's raises OSError."""
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        kind = socket.SOCK_STREAM if self.protocol == "tcp" else socket.SOCK_DGRAM
        with socket.socket(family, kind) as probe:
            if self.protocol == "tcp":
                # As servers do: connections of the last run that still linger are no hindrance.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.address, self.number))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    return False
                raise
        return True

    def complaint(self) -> str:
        """Why it cannot be used, and what helps."""
        by = owner_of(self.protocol, self.number) or "another program"
        cure = f"stop it or choose another port with {self.setting}"
        if self.number < 1024 and os.geteuid() != 0 and by == "another program":
            return f"port {self.number} ({self.purpose}) is reserved for root; {cure.partition(' or ')[2]}"
        return f"port {self.number}/{self.protocol} ({self.purpose}) is used by {by}; {cure}"


def taken(ports: Sequence[Port]) -> list[Port]:
    """Those of the ports that somebody else has."""
    return [port for port in ports if not port.is_free()]


def owner_of(protocol: Protocol, number: int) -> str | None:
    """The program that holds the port, as "name (process 123)"; None when it is not ours to see."""
    inodes = set(_sockets(protocol, number))
    if not inodes:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and inodes & set(_sockets_of(process)):
            with suppress(OSError):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _sockets(protocol: Protocol, number: int) -> Iterator[str]:
    """Inodes of the sockets that listen on a port, of both address families."""
    wanted = _TCP_LISTEN if protocol == "tcp" else _UDP_OPEN
    for table in (f"/proc/net/{protocol}", f"/proc/net/{protocol}6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if int(fields[1].rpartition(":")[2], 16) == number and fields[3] == wanted:
                    yield fields[9]


def _sockets_of(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                target = os.readlink(handle)
                if target.startswith("socket:["):
                    yield target[8:-1]
