"""`ringdesk demo`: take the demo's data away, bring it back, show its passwords."""

import asyncio

import typer

from ringdesk.installation.installation import Installation

app = typer.Typer(help="Add or remove the demo data, show its passwords.", no_args_is_help=True)


@app.command("remove")
def remove() -> None:
    """Remove exactly what the demo brought; what is in use or was changed stays and is named."""
    from ringdesk.demo.installed import take_demo_away

    installation = Installation.open()

    async def run() -> None:
        async with installation.open_database() as database:
            removal = await take_demo_away(database, installation.secrets)
        counts = ", ".join(f"{count} {kind}" for kind, count in removal.removed.items() if count)
        print(f"removed: {counts or 'nothing'}")
        for sentence in removal.kept:
            print(f"kept: {sentence}")
        await _tell_asterisk(installation)

    asyncio.run(run())


@app.command("add")
def add() -> None:
    """Bring the demo data back after it was removed."""
    from ringdesk.demo.installed import add_demo, first_telling, sign_ins, told_in_full, told_in_short

    installation = Installation.open()

    async def run() -> None:
        async with installation.open_database() as database:
            added = await add_demo(database, installation.secrets, again=True)
            people = await sign_ins(database, installation.secrets)
            in_full = await first_telling(database) or added
        print("the demo data was added" if added else "the demo data is there already")
        for line in told_in_full(people) if in_full else told_in_short(people):
            print(line)
        await _tell_asterisk(installation)

    asyncio.run(run())


@app.command("passwords")
def passwords() -> None:
    """Show the demo's users with their generated passwords, to whoever may read the home folder."""
    from ringdesk.demo.installed import sign_ins, told_in_full

    installation = Installation.open()

    async def run() -> None:
        async with installation.open_database() as database:
            people = await sign_ins(database, installation.secrets)
        print(
            "\n".join(told_in_full(people))
            if people
            else "the demo has no users here; bring it back with: ringdesk demo add"
        )

    asyncio.run(run())


async def _tell_asterisk(installation: Installation) -> None:
    """Hotlines, queues and phones come and go with the demo; the service finds them by itself."""
    from ringdesk.commands.asterisk import render_configuration

    await render_configuration(installation, only_running=True)
