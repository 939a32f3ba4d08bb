"""`ringdesk status`: what runs and what does not; exit status 0 only when calls can be taken."""

import asyncio
import dataclasses
import json
import sys
from typing import Annotated

import typer


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")] = False,
) -> None:
    """Say what runs and what does not; exit status 0 only when calls can be taken."""
    from ringdesk.checks.printing import print_findings
    from ringdesk.checks.taking_calls import TakingCalls
    from ringdesk.installation.installation import Installation
    from ringdesk.logs.pipeline import configure
    from ringdesk.supervision.instance import running_instance

    installation = Installation.open()
    configure("warning", file=installation.home.log / "commands.log")
    running = running_instance(installation.home)
    findings = asyncio.run(TakingCalls(installation, running).findings())
    well = all(finding.well for finding in findings)
    address = installation.settings.console_url
    if as_json:
        lines = [dataclasses.asdict(finding) for finding in findings]
        print(json.dumps({"takes_calls": well, "address": address, "checks": lines}, ensure_ascii=False))
    else:
        print(f"Calls can be taken: {address}" if well else "Calls cannot be taken.")
        print_findings(findings)
    sys.exit(0 if well else 1)
