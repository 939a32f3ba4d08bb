"""What browsers ask for before they give a page the microphone: a local name, or HTTPS that they trust."""

from datetime import datetime
from pathlib import Path

from asterisk_conf.checks.finding import Level
from ringdesk.checks.finding import Finding
from ringdesk.installation.addresses import names_for
from ringdesk.installation.certificates import read_certificate
from ringdesk.installation.installation import Installation


def microphone(installation: Installation, now: datetime) -> Finding:
    """Whether agents' browsers will offer the microphone at the console's address."""
    settings = installation.settings
    if not settings.listens_beyond_this_machine:
        detail = f"allowed on this machine at {settings.console_url}; other machines need --listen ADDRESS"
        return Finding("Microphone", Level.OK, detail)
    authority = installation.home.certificates / "authority.crt"
    known = read_certificate(installation.home.certificates)
    if known is None:
        return Finding(
            "Microphone",
            Level.ERROR,
            "there is no certificate for HTTPS yet",
            f"it is made by: scripts/up --listen {settings.listen}",
        )
    if known.expires_at <= now:
        detail = f"the certificate expired on {known.expires_at:%Y-%m-%d}, so browsers refuse the microphone"
        return Finding("Microphone", Level.ERROR, detail, "start again: scripts/up renews it")
    missing = [name for name in names_for(settings.listen) if name not in known.names]
    if any(known.authority.permits(name) for name in missing) or settings.listen in missing:
        detail = f"the certificate does not name {', '.join(missing)}"
        return Finding("Microphone", Level.ERROR, detail, "start again: scripts/up issues a new one")
    if missing:
        detail = f"not allowed at {', '.join(missing)}: {authority} was made before and does not vouch for it"
        return Finding("Microphone", Level.WARN, detail, f"if colleagues come by it, {_renewal(authority)}")
    detail = f"allowed over HTTPS where browsers trust {authority}; good until {known.expires_at:%Y-%m-%d}"
    return Finding("Microphone", Level.OK, detail)


def authority(installation: Installation) -> Finding:
    """Whether the authority that colleagues trust could vouch for other sites than this console."""
    file = installation.home.certificates / "authority.crt"
    known = read_certificate(installation.home.certificates)
    if known is None:
        return Finding("Authority", Level.OK, "made at the first start for other machines")
    if known.authority.permitted is None:
        detail = (
            f"who gets hold of {file.with_suffix('.key')} can pretend to be any site to those who trust it"
        )
        return Finding("Authority", Level.WARN, detail, _renewal(file))
    return Finding("Authority", Level.OK, "vouches for this installation's names alone")


def _renewal(authority: Path) -> str:
    return (
        f"stop Ringdesk, remove {authority.with_suffix('.key')} and start it again; a new authority is made, "
        f"and every colleague imports {authority} once more, and removes the old one"
    )
