"""`ringdesk serve`: the service alone, in the foreground, as `ringdesk up` runs it."""


def serve() -> None:
    """Run the service alone: voice menus, call control, console, records."""
    import uvloop

    from ringdesk.installation import Installation
    from ringdesk.logging import configure
    from ringdesk.service import run

    installation = Installation.open()
    configure(
        installation.settings.log_level,
        file=installation.home.log / "service.log",
        secrets=list(installation.secrets.values()),
        for_good=True,
    )
    uvloop.run(run(installation))
