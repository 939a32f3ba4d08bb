"""Asks the registries whether a locked package has a known vulnerability; says so where none answers."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CLONE = Path(__file__).resolve().parent.parent
TIMEOUT_S = 60
PYTHON = (
    sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=10",
    "--disable-pip", "--require-hashes", "--requirement=requirements/dev.txt",
)  # fmt: skip
# What is shipped is among what development needs, so one lock holds all.
CONSOLE = ("npm", "audit", "--json", "--package-lock-only", "--prefix=agent_console/web")


def main() -> int:
    """1 when a package is known to be vulnerable."""
    found: list[str] = []
    for title, command, read in (("Python", PYTHON, in_python), ("console", CONSOLE, in_console)):
        answer = _answer(command)
        told = None if answer is None else read(answer)
        if told is None:
            print(f"{title} packages: not checked for known vulnerabilities, the registry does not answer")
        else:
            found.extend(told)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def _answer(command: tuple[str, ...]) -> Any:
    """What a client says in JSON; None when it says nothing that can be read, or not in time."""
    try:
        ran = subprocess.run(  # noqa: S603 - the two commands above
            command, cwd=CLONE, capture_output=True, timeout=TIMEOUT_S, check=False
        )
        return json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return None


def in_python(answer: Any) -> list[str] | None:
    """A line for each vulnerability that pip-audit names; None when it knew not one of the packages."""
    packages: list[Mapping[str, Any]] = answer.get("dependencies", []) if isinstance(answer, dict) else []
    known = [package for package in packages if "skip_reason" not in package]
    return [line for package in known for line in _of_package(package)] if known else None


def _of_package(package: Mapping[str, Any]) -> Iterator[str]:
    for hole in package.get("vulns", []):
        cure = ", ".join(hole.get("fix_versions", [])) or "no version yet"
        yield f"{package['name']} {package['version']}: {hole['id']}, repaired in {cure}"


def in_console(answer: Any) -> list[str] | None:
    """A line for each package that npm names; None when its registry gave no list."""
    packages = answer.get("vulnerabilities") if isinstance(answer, dict) else None
    if packages is None:
        return None
    return [
        f"{name} {package.get('range', '')}: {package.get('severity', 'unknown')} severity"
        for name, package in sorted(packages.items())
    ]


if __name__ == "__main__":
    sys.exit(main())
