"""What browsers ask for before they give a page the microphone: a local name, or HTTPS that they trust."""

from datetime import datetime

from asterisk_conf.checks.finding import Level
from ringdesk.certificates import names_for, read_certificate
from ringdesk.checks.finding import Finding
from ringdesk.installation import Installation


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
    if missing:
        detail = f"the certificate does not name {', '.join(missing)}"
        return Finding("Microphone", Level.ERROR, detail, "start again: scripts/up issues a new one")
    detail = f"allowed over HTTPS where browsers trust {authority}; good until {known.expires_at:%Y-%m-%d}"
    return Finding("Microphone", Level.OK, detail)
