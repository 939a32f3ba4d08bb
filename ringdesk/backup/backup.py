"""Backup and restore: one archive with database, secrets, settings, certificates, prompts and recordings.

With a passphrase the archive is encrypted, in the age format.
"""

import hashlib
import io
import itertools
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ringdesk.backup.age import Decrypting, Encrypting, WrongPassphrase, is_encrypted
from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from storage.backup import POSTGRES_COPY, SQLITE_COPY

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASES = (SQLITE_COPY, POSTGRES_COPY)
_PIECE_BYTES = 1 << 20
# What an archive may hold: names directly below the home folder. Anything else in one is refused.
# Among the prompts there may be some that people recorded.
_ALWAYS = ("ringdesk.toml", "secrets", "certificates", "prompts")
_RECORDINGS = "recordings"
_INCOMING = "incoming"
_PLACES = frozenset({*_ALWAYS, _RECORDINGS, *_DATABASES})


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What was put into an archive or taken from it. `size` in bytes, of the files themselves.

    `program`: whose state it is, where that was noted.
    """

    files: int
    size: int
    program: Any = None


def make_backup(
    home: Home,
    target: Path,
    now: datetime,
    *,
    database: Path,
    recordings: bool,
    passphrase: str | None = None,
    program: Mapping[str, str] | None = None,
) -> BackupSummary:
    """Writes the archive, readable by its owner only and never half: it gets its name when it is whole.

    `database` is a copy as of one moment, made by `storage.backup`; so Ringdesk may go on running. `program`
    is noted as the one whose state this is.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".backup-")
    try:
        sources = itertools.chain([(database.name, database)], _files_to_save(home, recordings=recordings))
        with os.fdopen(handle, "wb") as file, _sealed(file, passphrase) as archive:
            summary = _write_archive(archive, sources, now, program)
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return summary


PutDatabase = Callable[[Path, Path], None]
"""Puts a copy of the database in the place of the present one, which it saves into a folder first."""

Ask = Callable[[], str]
"""Asks for a passphrase."""


def restore_backup(
    home: Home, archive: Path, now: datetime, put_database: PutDatabase, ask: Ask
) -> tuple[BackupSummary, Path]:
    """Puts an archive's content in the place of what is there; what was there moves to the returned folder.

    Nothing is touched before the whole archive has been read and every checksum is right. Ringdesk must not
    be running. `ask` gives the passphrase when the archive is an encrypted one.
    """
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=home.root, prefix=".restore-"))
    try:
        summary = _read_archive(archive, scratch, ask)
        before = home.root / f"before-restore-{now:%Y%m%d-%H%M%S}"
        before.mkdir(mode=0o700)
        _put_database(scratch, before, put_database)
        for new in sorted(scratch.iterdir()):
            place = home.root / new.name
            if place.exists():
                place.rename(before / new.name)
            new.rename(place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return summary, before


def _files_to_save(home: Home, *, recordings: bool) -> Iterator[tuple[str, Path]]:
    """Each folder is listed when its turn comes, and the new recordings before the stored ones.

    So a recording that the running service stores meanwhile is met in one place at least.
    """
    places = [home.root / name for name in _ALWAYS]
    if recordings:
        places += [home.root / _RECORDINGS / _INCOMING, home.root / _RECORDINGS]
    met: set[Path] = set()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path not in met and path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                met.add(path)
                yield path.relative_to(home.root).as_posix(), path


def _put_database(scratch: Path, before: Path, put_database: PutDatabase) -> None:
    """The database first: when it does not go in, everything else stays as it was."""
    for copy in (scratch / name for name in _DATABASES):
        if copy.is_file():
            try:
                put_database(copy, before)
            except BaseException:
                if not any(before.iterdir()):
                    before.rmdir()
                raise
            copy.unlink()


def _sealed(file: IO[bytes], passphrase: str | None) -> AbstractContextManager[IO[bytes] | Encrypting]:
    return nullcontext(file) if passphrase is None else closing(Encrypting(file, passphrase))


def _write_archive(
    file: IO[bytes] | Encrypting,
    sources: Iterable[tuple[str, Path]],
    now: datetime,
    program: Mapping[str, str] | None,
) -> BackupSummary:
    contents: dict[str, dict[str, str]] = {}
    size = 0
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        for name, path in sources:
            with suppress(FileNotFoundError), path.open("rb") as source:
                entry = archive.gettarinfo(arcname=name, fileobj=source)
                reading = _Hashed(source)
                archive.addfile(entry, reading)
                contents[name] = {"sha256": reading.digest.hexdigest()}
                size += entry.size
        about = {"format": _FORMAT, "made_at": now.isoformat(), "program": program, "files": contents}
        manifest = json.dumps(about).encode()
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
    return BackupSummary(len(contents), size)


class _Hashed:
    """A file that remembers the hash of what was read: manifest and archive agree even while it grows."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As of the file."""
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


def _read_archive(archive: Path, folder: Path, ask: Ask) -> BackupSummary:
    """Unpacks into the folder. Raises Problem for a file that is not a backup or is damaged."""
    try:
        with archive.open("rb") as stored:
            source = io.BufferedReader(Decrypting(stored, ask())) if is_encrypted(stored) else stored
            with tarfile.open(fileobj=source, mode="r:gz") as file:
                found, manifest = _unpack(file, folder)
    except FileNotFoundError:
        raise Problem(f"{archive} is not there") from None
    except WrongPassphrase:
        raise Problem(f"this passphrase does not open {archive}; nothing is changed") from None
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Problem(f"{archive} cannot be read as a backup: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise Problem(f"{archive} is not a backup that this version of Ringdesk can read")
    if manifest.get("files") != {name: {"sha256": digest} for name, (digest, _) in found.items()}:
        raise Problem(f"{archive} is damaged: its files are not those it was made with")
    return BackupSummary(len(found), sum(size for _, size in found.values()), manifest.get("program"))


def _unpack(file: tarfile.TarFile, folder: Path) -> tuple[dict[str, tuple[str, int]], Any]:
    found: dict[str, tuple[str, int]] = {}
    manifest = None
    for entry in file:
        source = file.extractfile(entry) if entry.isreg() else None
        if source is None:
            raise ValueError(f"{entry.name} is not a plain file")
        if entry.name == _MANIFEST:
            manifest = json.load(source)
            continue
        target = folder / _safe(entry.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        found[entry.name] = _write_private(source, target), entry.size
    return found, manifest


def _safe(name: str) -> PurePosixPath:
    """A path that stays in the folder, whatever a stranger put into the archive."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[:1] == () or path.parts[0] not in _PLACES:
        raise ValueError(f"{name} does not belong in a backup")
    return path


def _write_private(source: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := source.read(_PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
