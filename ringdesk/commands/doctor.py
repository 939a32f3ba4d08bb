"""`ringdesk doctor`: checks the installation and says in plain words what is wrong and what helps."""

import asyncio
import sys


def doctor() -> None:
    """Check the installation; every fault comes with its remedy. Exit status 0 only when nothing is wrong."""
    from ringdesk.checks.doctor import examine
    from ringdesk.checks.printing import print_findings
    from ringdesk.installation.installation import Installation
    from ringdesk.logs.pipeline import configure

    installation = Installation.open()
    configure("warning", file=installation.home.log / "commands.log")
    findings = asyncio.run(examine(installation))
    print_findings(findings)
    faults = sum(not finding.well for finding in findings)
    print(f"\n{faults} of {len(findings)} checks found a fault." if faults else "\nNo faults found.")
    sys.exit(1 if faults else 0)
