"""The command line: one program, one module of `ringdesk/commands` for each group of commands."""

import sys

import typer

from ringdesk.commands import (
    asterisk,
    audit,
    backup,
    call,
    console,
    demo,
    doctor,
    ivr,
    jobs,
    serve,
    settings,
    status,
    teams,
    up,
    upgrade,
    users,
    watchdog,
)
from ringdesk.problem import Problem, sentence_of

app = typer.Typer(
    name="ringdesk",
    help="A contact centre on Asterisk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("serve")(serve.serve)
app.command("watchdog")(watchdog.watchdog)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("call")(call.call)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("upgrade")(upgrade.upgrade)
app.command("settings")(settings.settings)
app.add_typer(asterisk.app, name="asterisk")
app.add_typer(audit.app, name="audit")
app.add_typer(ivr.app, name="ivr")
app.add_typer(users.app, name="users")
app.add_typer(jobs.app, name="jobs")
app.add_typer(teams.app, name="teams")
app.add_typer(demo.app, name="demo")
app.add_typer(console.app, name="console", hidden=True)


def main() -> None:
    """Runs the command of the arguments; a problem is one sentence on standard error, never a traceback."""
    try:
        app(prog_name="ringdesk")
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        print(f"ringdesk: {sentence}", file=sys.stderr)
        sys.exit(error.status if isinstance(error, Problem) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
