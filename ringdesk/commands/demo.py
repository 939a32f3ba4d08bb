"""`ringdesk demo`: take the demo's data away, or bring it back."""

import asyncio

import typer

from ringdesk.installation import Installation

app = typer.Typer(help="Add or remove the demo data.", no_args_is_help=True)


@app.command("remove")
def remove() -> None:
    """Remove exactly what the demo brought; what is in use or was changed stays and is named."""
    from ringdesk.demo import take_demo_away

    installation = Installation.open()

    async def run() -> None:
        database = installation.database()
        try:
            await database.migrate()
            removal = await take_demo_away(database, installation.secrets)
        finally:
            await database.close()
        counts = ", ".join(f"{count} {kind}" for kind, count in removal.removed.items() if count)
        print(f"removed: {counts or 'nothing'}")
        for sentence in removal.kept:
            print(f"kept: {sentence}")

    asyncio.run(run())


@app.command("add")
def add() -> None:
    """Bring the demo data back after it was removed."""
    from ringdesk.demo import add_demo, sign_ins

    installation = Installation.open()

    async def run() -> None:
        database = installation.database()
        try:
            await database.migrate()
            added = await add_demo(database, installation.secrets, again=True)
            people = await sign_ins(database, installation.secrets)
        finally:
            await database.close()
        print("the demo data is added" if added else "the demo data is there already")
        for person in people:
            print(f"{person.login:<10} {person.password or '(password changed)'}")

    asyncio.run(run())
