"""`ringdesk audit`: whether the audit is as it was written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ringdesk.problem import Problem

if TYPE_CHECKING:
    from office.audit.verification import Mark, Report

app = typer.Typer(help="Who did what, and whether somebody changed it.", no_args_is_help=True)

_MARK = "The mark that an earlier look printed, NUMBER:HASH: nothing up to it may be missing."

# By the values of `office.audit.chain.Fault`.
_SENTENCES = {
    "changed": "entry {} was changed",
    "removed": "entry {} was removed",
    "inserted": "entry {} was not written by Ringdesk",
    "seal_changed": "seal {} was changed",
    "seals_removed": "seals are missing from {} on, and what they were over cannot be known",
}


@app.callback()
def _group() -> None:
    """Keeps `verify` a word of its own."""


@app.command("verify")
def verify(mark: Annotated[str | None, typer.Option(help=_MARK)] = None) -> None:
    """Look for entries and seals that were changed, removed or put in by hand."""
    from office.audit.verification import verify as look
    from ringdesk.commands.database import on_database
    from ringdesk.installation.installation import Installation

    expected = _parsed(mark) if mark is not None else None
    report = on_database(Installation.open(), lambda database: look(database, expected))
    for line in lines_of(report):
        print(line)
    if report.findings:
        raise Problem("the audit is not as it was written")


def lines_of(report: "Report") -> Sequence[str]:
    """What was found, in words."""
    lines = [_SENTENCES[it.fault].format(it.number) for it in report.findings]
    if report.more_findings:
        lines.append(f"and {report.more_findings} more")
    lines.append(f"{report.sealed} entries are sealed{'' if report.findings else ', as they were written'}")
    if report.unsealed:
        lines.append(f"not sealed yet: {_in_short(report.unsealed)}; a service that runs seals within 5 s")
    if report.last is not None:
        lines.append(
            f"mark: {report.last.no}:{report.last.hash}\n"
            "Keep it outside of this machine: with --mark a later look proves that nothing before it is gone."
        )
    return lines


def _parsed(mark: str) -> "Mark":
    from office.audit.verification import Mark

    number, _, hash_ = mark.partition(":")
    if not number.isdigit() or not hash_:
        raise Problem("a mark is a number, a colon and a hash, as `ringdesk audit verify` prints it")
    return Mark(int(number), hash_.strip())


def _in_short(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return shown if len(numbers) <= 10 else f"{shown} and {len(numbers) - 10} more"
