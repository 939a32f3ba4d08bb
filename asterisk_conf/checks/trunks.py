"""Checks of the lines to the telephone network."""

from ipaddress import ip_address

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.spec import TelephonySpec, TrunkSpec


def check_trunks(spec: TelephonySpec) -> AsteriskFinding:
    """Whether calls can go through the lines at all."""
    if ip_address(spec.sip_bind).is_loopback:
        unreachable = [trunk.name for trunk in spec.trunks if not _is_here(trunk)]
        if unreachable:
            return AsteriskFinding(
                "trunks",
                Level.ERROR,
                f"SIP is bound to {spec.sip_bind}, from where {', '.join(unreachable)} cannot be reached",
                "set asterisk.sip_bind to this machine's address or to 0.0.0.0, and start again",
            )
    mute = [trunk.name for trunk in spec.trunks if not trunk.matches]
    if mute:
        return AsteriskFinding(
            "trunks",
            Level.WARN,
            f"calls that come by {', '.join(mute)} are refused, for no network is named from which they come",
            "set matches of the trunk",
        )
    return AsteriskFinding("trunks", Level.OK, ", ".join(trunk.name for trunk in spec.trunks) or "none")


def _is_here(trunk: TrunkSpec) -> bool:
    try:
        return ip_address(trunk.host.strip("[]")).is_loopback
    except ValueError:
        return trunk.host == "localhost"
