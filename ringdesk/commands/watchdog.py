"""`ringdesk watchdog`: frees callers and agents of a service that hangs; a process of its own."""

import asyncio


def watchdog() -> None:
    """Watch the service from outside; `ringdesk up` runs this."""
    from asterisk_conf.watchdog import WATCHDOG_USER, run_watchdog
    from ringdesk.health.liveness import Liveness
    from ringdesk.installation.installation import Installation
    from ringdesk.logs.pipeline import configure

    installation = Installation.open()
    configure(
        installation.settings.log_level,
        file=installation.home.log / "watchdog.log",
        secrets=list(installation.secrets.values()),
        for_good=True,
    )
    account = installation.ami().model_copy(update={"username": WATCHDOG_USER})
    works = Liveness(installation.home.service_door).works
    asyncio.run(run_watchdog(works, account, secret=installation.secrets.watched("ami-watchdog")))
