"""Generated secrets, each in a file of mode 0600 inside a folder of mode 0700."""

import os
import re
import secrets as random_source
import string
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from ringdesk.problem import Problem

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# Without 0/O and 1/l/I: people read these aloud and type them from a screen.
_READABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")


class SecretStore:
    """Hands out secrets by name and makes the missing ones; the same name gives the same secret for ever."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def machine(self, name: str) -> str:
        """A secret between programs: 43 URL-safe characters, 256 bits."""
        return self._get(name, lambda: random_source.token_urlsafe(32))

    def watched(self, name: str) -> "WatchedSecret":
        """A secret between programs for whoever needs it again and again."""
        return WatchedSecret(partial(self.machine, name), self._path(name))

    def password(self, login: str) -> str:
        """The first password of a person: 16 readable characters, 93 bits."""
        return self._get(
            f"login-{login}", lambda: "".join(random_source.choice(_READABLE) for _ in range(16))
        )

    def known_password(self, login: str) -> str | None:
        """The password generated for this login, or None when it was changed since or never made."""
        path = self._path(f"login-{login}")
        return path.read_text().strip() if path.is_file() else None

    def forget_password(self, login: str) -> None:
        """Called when the password was changed, so that the old one is not shown to anybody."""
        self._path(f"login-{login}").unlink(missing_ok=True)

    def values(self) -> Iterator[str]:
        """Every secret there is; the log replaces them wherever they turn up."""
        if self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if _NAME.fullmatch(path.name) and path.is_file():
                    yield path.read_text().strip()

    def version(self) -> Hashable:
        """Another one than before when a secret came, went, was replaced, or may be read by others."""
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if not entry.name.startswith(".")]
            return tuple(sorted((name, it.st_ino, it.st_mtime_ns, it.st_mode) for name, it in found))
        return ()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for a secret: {name!r}")
        return self._folder / name

    def _get(self, name: str, make: Callable[[], str]) -> str:
        path = self._path(name)
        self._make_folder()
        if not path.exists():
            self._create(path, make())
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise Problem(
                f"{path} can be read by others (mode {mode:o}); change the secret or run: chmod 600 {path}"
            )
        value = path.read_text().strip()
        if not value:
            raise Problem(f"{path} is empty; remove it and a new secret is made at the next start")
        return value

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._folder.stat().st_mode & 0o077:
            self._folder.chmod(0o700)

    def _create(self, path: Path, value: str) -> None:
        """Written whole under another name, then linked: a second process sees all of it or nothing."""
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(value + "\n")
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was faster: its secret counts
        finally:
            os.unlink(draft)


class WatchedSecret:
    """A secret as its file has it now, which may have been replaced; the one before while there is none."""

    def __init__(self, read: Callable[[], str], path: Path) -> None:
        self._read = read
        self._file = str(path)
        self._value = read()
        self._read_at = self._changed()

    def __call__(self) -> str:
        """Cheap enough to be asked for each message."""
        with suppress(OSError, Problem):
            changed = self._changed()
            if changed != self._read_at:
                self._value = self._read()
                self._read_at = changed
        return self._value

    def _changed(self) -> tuple[int, int]:
        """Differs once the secret was replaced. Raises OSError when there is none."""
        found = os.stat(self._file)
        return found.st_ino, found.st_mtime_ns
