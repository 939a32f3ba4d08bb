"""Which of the ports that Ringdesk needs are taken, and by whom; read from /proc, without a tool."""

import errno
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from asterisk_conf.ports import Port, Protocol, asterisk_ports
from asterisk_conf.spec import TelephonySpec
from ringdesk.problem import Problem
from ringdesk.settings.settings import Settings

_LOOPBACK = "127.0.0.1"
_TCP_LISTEN = "0A"
_UDP_OPEN = "07"


def service_ports(settings: Settings) -> list[Port]:
    """The ports that the service opens; the settings are named as in ringdesk.toml."""
    ports = [
        Port("the console", "port", Protocol.TCP, settings.listen, settings.port),
        Port("the voice menu", "asterisk.agi_port", Protocol.TCP, _LOOPBACK, settings.asterisk.agi_port),
        Port(
            "news of refused calls",
            "asterisk.capture_port",
            Protocol.UDP,
            _LOOPBACK,
            settings.asterisk.capture_port,
        ),
    ]
    if settings.listens_beyond_this_machine:
        ports.append(
            Port("monitoring on this machine", "local_port", Protocol.TCP, _LOOPBACK, settings.local_port)
        )
    return ports


def all_ports(settings: Settings, spec: TelephonySpec) -> list[Port]:
    """Those of the service and those of Asterisk; an Asterisk of the owner's own has its ports already."""
    if settings.asterisk.external is not None:
        return service_ports(settings)
    of_asterisk = [replace(port, setting=f"asterisk.{port.setting}") for port in asterisk_ports(spec)]
    return [*service_ports(settings), *of_asterisk]


def refuse_taken(ports: Sequence[Port]) -> None:
    """Raises Problem for the first port that cannot be opened."""
    for complaint in complaints(ports):
        raise Problem(complaint)


def complaints(ports: Sequence[Port]) -> Iterator[str]:
    """Why these ports cannot be opened together now: wanted twice, or taken by another program."""
    seen: dict[tuple[Protocol, int], Port] = {}
    for port in ports:
        other = seen.setdefault((port.protocol, port.number), port)
        if other is not port:
            yield (
                f"port {port.number}/{port.protocol} is set for {other.purpose} and for {port.purpose}; "
                f"choose another one with {_variable(port)}"
            )
        elif (complaint := why_not(port)) is not None:
            yield complaint


def why_not(port: Port) -> str | None:
    """Why the port cannot be opened now, with the cure; None when it can."""
    family = socket.AF_INET6 if ":" in port.address else socket.AF_INET
    kind = socket.SOCK_STREAM if port.protocol is Protocol.TCP else socket.SOCK_DGRAM
    with socket.socket(family, kind) as probe:
        if port.protocol is Protocol.TCP:
            # As servers do: lingering connections of the last run do not keep the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.address, port.number))
        except OSError as error:
            return _complaint(port, error)
    return None


def _complaint(port: Port, error: OSError) -> str:
    variable = _variable(port)
    what = f"port {port.number}/{port.protocol} ({port.purpose})"
    if error.errno == errno.EADDRINUSE:
        by = owner_of(port.protocol, port.number) or "another program"
        return f"{what} is used by {by}; stop it or choose another port with {variable}"
    if error.errno == errno.EACCES:
        return f"{what} is reserved for root; choose one above 1023 with {variable}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{port.address} is not an address of this machine, so {what} cannot be opened there"
    return f"{what} cannot be opened on {port.address}: {error.strerror}"


def _variable(port: Port) -> str:
    return "RINGDESK_" + port.setting.replace(".", "__").upper()


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
    wanted = _TCP_LISTEN if protocol is Protocol.TCP else _UDP_OPEN
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
