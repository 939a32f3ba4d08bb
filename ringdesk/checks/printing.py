"""Findings as lines for a terminal; state in a word and a colour, never in the colour alone."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from asterisk_conf.checks.finding import Level
from ringdesk.checks.finding import Finding

_WORDS = {
    Level.OK: ("ok  ", "green"),
    Level.WARN: ("warn", "yellow"),
    Level.ERROR: ("FAIL", "bold red"),
}


def print_findings(findings: Sequence[Finding], console: Console | None = None) -> None:
    """One line each, and the cure below what is not well."""
    console = console or Console(soft_wrap=True, highlight=False)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        word, style = _WORDS[finding.level]
        line = Text("  ").append(word, style).append(f"  {finding.name:<{width}}  {finding.detail}")
        console.print(line)
        if finding.cure and finding.level is not Level.OK:
            console.print(Text(f"        {'':<{width}}  → {finding.cure}", "yellow"))
