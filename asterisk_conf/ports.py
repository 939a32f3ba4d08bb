"""Whether the ports that Asterisk wants are free, and whether it answers on them."""

import asyncio
import contextlib
import errno
import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from asterisk_conf.spec import TelephonySpec, bracketed, local_address

_PROBE_SECONDS = 3.0


class Protocol(StrEnum):
    """The kind of socket."""

    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class Port:
    """One port of Asterisk: what for, and the name of its setting."""

    purpose: str
    setting: str
    protocol: Protocol
    address: str
    number: int


def asterisk_ports(spec: TelephonySpec) -> tuple[Port, ...]:
    """The ports that Asterisk opens at its start (RTP ports come and go with the calls)."""
    ports = [
        Port("SIP", "sip_port", Protocol.UDP, spec.sip_bind, spec.ports.sip),
        Port("the browsers' phones", "http_port", Protocol.TCP, "127.0.0.1", spec.ports.http),
        Port("AMI", "ami_port", Protocol.TCP, "127.0.0.1", spec.ports.ami),
    ]
    if spec.listen is not None:
        ports.append(
            Port("wss", "wss_port", Protocol.TCP, spec.listen.address, spec.listen.port),
        )
    return tuple(ports)


def first_refusal(ports: Iterable[Port]) -> str | None:
    """Why the first port that cannot be bound now cannot, and what helps; None when all can."""
    return next((why for port in ports if (why := _refusal(port)) is not None), None)


def _refusal(port: Port) -> str | None:
    family = socket.AF_INET6 if ":" in port.address else socket.AF_INET
    kind = socket.SOCK_DGRAM if port.protocol is Protocol.UDP else socket.SOCK_STREAM
    what = f"Port {port.number} ({port.protocol}, for {port.purpose})"
    with socket.socket(family, kind) as probe:
        if port.protocol is Protocol.TCP:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.address, port.number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                cure = f"stop that program or set another {port.setting}"
                return f"{what} is already in use by another program; {cure}."
            return f"{what} cannot be opened on {port.address}: {error.strerror}."
    return None


async def answers(port: Port) -> bool:
    """Whether somebody answers: a TCP connection is accepted, a SIP OPTIONS gets any reply."""
    if port.protocol is Protocol.UDP:
        return await _answers_sip(port)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(port.address, port.number)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


class _FirstReply(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.reply.done():
            self.reply.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(exc)


async def _answers_sip(port: Port) -> bool:
    loop = asyncio.get_running_loop()
    address = local_address(port.address)
    try:
        transport, protocol = await loop.create_datagram_endpoint(
            _FirstReply, remote_addr=(address, port.number)
        )
    except OSError:
        return False
    host, own_port = transport.get_extra_info("sockname")[:2]
    try:
        transport.sendto(_options(f"{bracketed(host)}:{own_port}", f"{bracketed(address)}:{port.number}"))
        async with asyncio.timeout(_PROBE_SECONDS):
            return (await protocol.reply).startswith(b"SIP/2.0 ")
    except (OSError, TimeoutError):
        return False
    finally:
        transport.close()


def _options(own: str, target: str) -> bytes:
    # Asterisk takes a branch seen within 32 s for a repetition, whatever port it comes from, and answers to
    # the port of the first: a request that is not told apart from an earlier one stays without an answer.
    token = uuid.uuid4().hex
    lines = (
        f"OPTIONS sip:probe@{target} SIP/2.0",
        f"Via: SIP/2.0/UDP {own};rport;branch=z9hG4bK-{token}",
        "Max-Forwards: 5",
        f"From: <sip:probe@{own}>;tag={token}",
        f"To: <sip:probe@{target}>",
        f"Call-ID: {token}@{own}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode()
