"""`ringdesk upgrade`: what a newer version will do, tried on a copy, and the way back to the one before."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ringdesk.problem import Problem

if TYPE_CHECKING:
    from ringdesk.installation.installation import Installation

_TRY = "Say what scripts/up will do, try it on a copy, and change nothing."
_BACK = "Put the state before the last upgrade in place; Ringdesk must be stopped."


def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_TRY)] = False,
    back: Annotated[bool, typer.Option("--back", help=_BACK)] = False,
) -> None:
    """Try an upgrade on a copy, or go back to the version before. To upgrade: git pull && scripts/up."""
    from ringdesk.installation.installation import Installation

    if dry_run is back:
        raise Problem("say --dry-run or --back; the upgrade itself is: git pull && scripts/up")
    installation = Installation.open()
    if back:
        _go_back(installation)
    else:
        asyncio.run(_try(installation))


async def _try(installation: "Installation") -> None:
    from ringdesk.upgrade.program import digest_of_code, this_program
    from ringdesk.upgrade.takeover import of_another_program
    from ringdesk.upgrade.trial import try_on_a_copy

    trial = await try_on_a_copy(installation)
    print(f"This is version {this_program().name}.")
    if trial is None:
        print("The database is empty: nothing is to be changed.")
    elif not trial.changes:
        print("The database needs no change.")
    else:
        of = f" It is that of version {trial.before.name}." if trial.before else ""
        print(f"The database will be saved in {installation.home.root / 'backups'} and changed.{of}")
        print("\n".join(f"  {change}" for change in trial.changes))
        print(f"Tried on a copy: {trial.in_words}.")
    running = of_another_program(installation.home, digest_of_code())
    if running is not None:
        print(await _about_calls(installation))
    print("Nothing was changed.")


async def _about_calls(installation: "Installation") -> str:
    from asterisk_conf.adoption import why_end
    from asterisk_conf.private_asterisk import PrivateAsterisk

    asterisk = installation.asterisk(installation.plain_spec())
    reason = await why_end(asterisk) if isinstance(asterisk, PrivateAsterisk) else None
    if reason is not None:
        return f"Asterisk will be started anew: {reason}."
    calls = (await asterisk.status()).calls
    return f"Asterisk and its {calls or 'no'} calls go on; consoles lack the service for some seconds."


def _go_back(installation: "Installation") -> None:
    from ringdesk.backup.passphrase import known_passphrase
    from ringdesk.commands.backup import put_database
    from ringdesk.supervision.instance import InstanceLock
    from ringdesk.upgrade.back import go_back

    with InstanceLock(installation.home):
        went = go_back(
            installation.home,
            datetime.now(UTC),
            lambda copy, folder: asyncio.run(put_database(installation, copy, folder)),
            lambda: known_passphrase(None),
        )
    print(f"{went.archive} is in place again; what was there until now lies in {went.kept}")
    if went.program is None:
        print("Check out the version that it belongs to, and start it with: scripts/up")
    else:
        how = f"{went.program.how_to_get} && scripts/up"
        print(f"It belongs to version {went.program.version}; start that with: {how}")
