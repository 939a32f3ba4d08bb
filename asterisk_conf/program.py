"""The Asterisk program to run: one that the machine has, or the private copy with its own loader."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.modules import OPTIONAL

OLDEST_MAJOR = 20
_VERSION = re.compile(r"Asterisk (?:certified[-/])?(\d+)\.(\d+)(?:\.(\d+))?")
_ROOT = Path("/")
_SYSTEM_SBIN = ("usr/sbin", "usr/local/sbin")
_SYSTEM_LIB = ("usr/lib", "usr/lib64", "usr/local/lib")
_LOADERS = ("usr/lib/*/ld-linux*.so*", "usr/lib/ld-linux*.so*")
_SYSTEM_DATA = ("usr/share/asterisk", "var/lib/asterisk")


@dataclass(frozen=True, slots=True)
class Program:
    """How Asterisk is called (`command`, without arguments) and where its modules and data lie."""

    command: tuple[str, ...]
    version: tuple[int, int, int]
    sbin: Path
    modules: Path
    data: Path
    private: bool

    @property
    def version_text(self) -> str:
        """The version as people write it."""
        return ".".join(str(part) for part in self.version)

    def has_module(self, name: str) -> bool:
        """Whether the module's file is there."""
        return (self.modules / f"{name}.so").is_file()

    def available(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """The wanted modules without those that this version or build may lack."""
        return tuple(name for name in wanted if name not in OPTIONAL or self.has_module(name))


def find_on_machine() -> Program | None:
    """An installed Asterisk that is new enough and complete, or None."""
    usual = (_ROOT / folder / "asterisk" for folder in _SYSTEM_SBIN)
    found = shutil.which("asterisk") or next((str(path) for path in usual if path.is_file()), None)
    if found is None:
        return None
    modules = _modules_below(_ROOT)
    folders = (_ROOT / folder for folder in _SYSTEM_DATA)
    data = next((folder for folder in folders if (folder / "documentation").is_dir()), None)
    version = _version_of((found,))
    if modules is None or data is None or version is None or version[0] < OLDEST_MAJOR:
        return None
    return Program((found,), version, Path(found).parent, modules, data, private=False)


def find_in_copy(root: Path) -> Program | None:
    """The program unpacked below `root`, started through its own loader and libraries, or None."""
    binary = root / "usr/sbin/asterisk"
    modules = _modules_below(root)
    loader = next((path for pattern in _LOADERS for path in root.glob(pattern)), None)
    if not binary.is_file() or modules is None or loader is None:
        return None
    libraries = f"{loader.parent}:{root / 'usr/lib'}"
    command = (str(loader), "--library-path", libraries, str(binary))
    version = _version_of(command)
    if version is None:
        return None
    return Program(command, version, binary.parent, modules, root / "usr/share/asterisk", private=True)


def _modules_below(root: Path) -> Path | None:
    for lib in _SYSTEM_LIB:
        for pattern in ("asterisk/modules", "*/asterisk/modules"):
            for folder in sorted((root / lib).glob(pattern)):
                if (folder / "chan_pjsip.so").is_file():
                    return folder
    return None


def _version_of(command: tuple[str, ...]) -> tuple[int, int, int] | None:
    try:
        answer = subprocess.run(  # noqa: S603 - a path that we found ourselves
            [*command, "-V"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
