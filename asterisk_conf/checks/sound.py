"""Checks of what callers hear, and of where their sound goes."""

import socket
from pathlib import Path

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.prompts import missing_prompts
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import TelephonySpec

_MUSIC_SUFFIXES = frozenset({".wav", ".gsm", ".ulaw", ".alaw", ".sln", ".g722"})
# RTP and RTCP for the caller and for the agent.
_PORTS_A_CALL = 4


def check_prompts(server: AsteriskServer) -> AsteriskFinding:
    """Whether the prompts of the dialplan are there, and Asterisk finds their folder."""
    missing = missing_prompts(server.folders.prompts)
    if missing:
        return AsteriskFinding(
            "prompts",
            Level.WARN,
            f"callers hear nothing where these prompts belong: {', '.join(missing)}",
            "make them: scripts/up",
        )
    return AsteriskFinding("prompts", Level.OK, f"all there in {server.folders.prompts}")


def check_sounds(server: AsteriskServer) -> AsteriskFinding:
    """Whether Asterisk's own English sounds (digits, dates) and the music for the queues are there."""
    program = server.program()
    if program is None:
        return AsteriskFinding("sounds", Level.ERROR, "there is no Asterisk to look at", "scripts/up")
    missing = []
    if not any(program.data.glob("sounds/*/digits")) and not any(program.data.glob("sounds/digits")):
        missing.append("English digits (package asterisk-core-sounds-en)")
    if not _has_music(program.data / "moh"):
        missing.append("music for the queues (package asterisk-moh-opsound-wav)")
    if missing:
        return AsteriskFinding(
            "sounds", Level.WARN, f"Asterisk has no {' and no '.join(missing)}", "install the package"
        )
    return AsteriskFinding("sounds", Level.OK, f"all there in {program.data}")


def check_rtp(spec: TelephonySpec, addresses: tuple[str, ...] | None = None) -> AsteriskFinding:
    """Whether an ordinary browser on this machine has an address by which sound can reach it."""
    calls = (spec.ports.rtp_last - spec.ports.rtp_first + 1) // _PORTS_A_CALL
    if not (own_addresses() if addresses is None else addresses):
        return AsteriskFinding(
            "rtp",
            Level.WARN,
            "this machine has no network but loopback, which browsers do not use for sound: calls would be "
            "silent",
            "connect a network, or start the browser with --allow-loopback-in-peer-connection",
        )
    return AsteriskFinding("rtp", Level.OK, f"ports for {calls} calls with an agent at once")


def own_addresses() -> tuple[str, ...]:
    """The machine's address towards the outside, by IPv4 and IPv6; no packet is sent to find it."""
    found = []
    # Addresses for documentation: they are routed like any other and belong to nobody.
    for family, elsewhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return tuple(address for address in found if not address.startswith(("127.", "::1")))


def _has_music(folder: Path) -> bool:
    return folder.is_dir() and any(path.suffix in _MUSIC_SUFFIXES for path in folder.iterdir())
