"""Which addresses and names this machine has, for those who come to it from others."""

import fcntl
import ipaddress
import socket
import struct

_SIOCGIFADDR = 0x8915


def reachable(listen: str) -> str:
    """An address that a colleague can type: of all interfaces the first that is not this machine's own."""
    if not ipaddress.ip_address(listen).is_unspecified:
        return listen
    found = interface_addresses()
    return next((a for a in found if not ipaddress.ip_address(a).is_loopback), "127.0.0.1")


def names_for(listen: str) -> list[str]:
    """What the certificate must name for browsers to accept it: the address, this host, and the loopback.

    For 0.0.0.0 these are the addresses of every network interface.
    """
    own = interface_addresses() if listen == "0.0.0.0" else [listen]  # noqa: S104 - compared, not bound
    return list(dict.fromkeys([*own, socket.gethostname(), "localhost", "127.0.0.1"]))


def interface_addresses() -> list[str]:
    """The first IPv4 address of every interface that has one."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue  # an interface without an IPv4 address
            found.append(socket.inet_ntoa(answer[20:24]))
    return found
