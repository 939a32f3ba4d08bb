"""Findings as lines for a terminal; state in a word and a colour, never in the colour alone."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ringdesk.checks.finding import Finding


def print_findings(findings: Sequence[Finding], console: Console | None = None) -> None:
    """One line each, and the cure below what is not well."""
    console = console or Console(soft_wrap=True, highlight=False)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        word, style = ("ok  ", "green") if finding.well else ("FAIL", "bold red")
        line = Text("  ").append(word, style).append(f"  {finding.name:<{width}}  {finding.detail}")
        console.print(line)
        if finding.cure and not finding.well:
            console.print(Text(f"        {'':<{width}}  → {finding.cure}", "yellow"))
