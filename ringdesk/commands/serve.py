"""`ringdesk serve`: the service alone, in the foreground, as `ringdesk up` runs it."""


def serve() -> None:
    """Run the service alone: voice menus, call control, console, records."""
    import uvloop

    from ringdesk.assembly.service import run
    from ringdesk.installation.installation import Installation
    from ringdesk.logs.pipeline import configure

    installation = Installation.open()
    configure(
        installation.settings.log_level,
        file=installation.home.log / "service.log",
        secrets=list(installation.secrets.values()),
        for_good=True,
    )
    uvloop.run(run(installation))
