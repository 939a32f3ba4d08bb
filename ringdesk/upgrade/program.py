"""Which program this is: its version, its commit where git knows it, and a digest of the code itself."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ringdesk import __version__
from ringdesk.installation.home import CLONE

# Where the code is that runs, and the sources of the console.
_NOT_CODE = frozenset({"node_modules", "dist", "test", "dev", "__pycache__"})
_ENDINGS = frozenset({".py", ".j2", ".yaml", ".mako", ".txt", ".ts", ".tsx", ".css", ".html", ".json"})
_NOT_RUN = frozenset({"tests", "bench", "docs", "scripts", "typings", "var"})
_GIT_WITHIN_S = 5


@dataclass(frozen=True, slots=True)
class Program:
    """A version of Ringdesk. `revision` is empty where the code did not come by git."""

    version: str
    revision: str = ""

    @classmethod
    def of(cls, noted: Any) -> "Program | None":
        """What `noted` wrote; None for anything else."""
        if not isinstance(noted, Mapping) or not isinstance(noted.get("version"), str):
            return None
        return cls(noted["version"], str(noted.get("revision", "")))

    def noted(self) -> dict[str, str]:
        """As JSON."""
        return {"version": self.version, "revision": self.revision}

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.version} ({self.revision})" if self.revision else self.version

    @property
    def how_to_get(self) -> str:
        """The command that brings this program into the clone."""
        return f"git checkout {self.revision or self.version}"


@cache
def this_program() -> Program:
    """The one that runs here."""
    return Program(__version__, _revision())


def digest_of_code(clone: Path = CLONE) -> str:
    """The same for two starts exactly when they would run the same code."""
    digest = hashlib.sha256()
    for path in sorted(_code(clone)):
        digest.update(path.relative_to(clone).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _code(folder: Path, depth: int = 0) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name in _NOT_CODE or (not depth and entry.name in _NOT_RUN):
            continue
        if entry.is_dir():
            yield from _code(entry, depth + 1)
        elif depth and entry.suffix in _ENDINGS:
            yield entry


def _revision() -> str:
    git = shutil.which("git")
    if git is None or not (CLONE / ".git").exists():
        return ""
    call = [git, "-C", str(CLONE), "rev-parse", "--short=12", "HEAD"]
    try:
        answer = subprocess.run(call, capture_output=True, text=True, check=True, timeout=_GIT_WITHIN_S)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
