"""A private copy of Asterisk from Debian's archive: resolved, verified and unpacked without root."""

import asyncio
import contextlib
import fcntl
import os
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program, find_in_copy
from asterisk_conf.server import Progress

PACKAGES = ("asterisk", "asterisk-core-sounds-en", "asterisk-moh-opsound-wav")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_SUITE = "testing"
_TOOLS = ("apt-get", "dpkg-deb")
_STEP_SECONDS = 600
_UNPACKED_BYTES = 450_000_000
_UNFINISHED = ".asterisk-unfinished-"
_LOCK_EVERY_S = 0.2
_COPY = re.compile(r"asterisk-\d+\.\d+\.\d+")


def installed_copy(cache: Path) -> Program | None:
    """The newest complete copy below `cache`, or None. An unfinished one has another name."""
    copies = [path for path in cache.glob("asterisk-*") if _COPY.fullmatch(path.name)]
    copies.sort(key=lambda path: [int(part) for part in path.name.removeprefix("asterisk-").split(".")])
    for path in reversed(copies):
        program = find_in_copy(path)
        if program is not None:
            return program
    return None


async def install_copy(cache: Path, progress: Progress) -> Program:
    """Downloads and unpacks Asterisk into `cache`/asterisk-<version>; about 95 MB and ten seconds.

    Works as an ordinary user and touches nothing outside `cache`. An interrupted run leaves nothing that a
    later one would take for complete. Raises AsteriskProblem with one sentence: no network, tools or room.
    """
    _check_tools()
    _check_room(cache)
    async with _one_at_a_time(cache, progress):
        present = installed_copy(cache)
        if present is not None:
            return present
        with _scratch_folder(cache) as scratch:
            apt = _prepare_apt(scratch, await _mirror())
            progress("Asterisk: reading Debian's list of packages")
            await _apt(apt, "update", "-o", "APT::Update::Error-Mode=any")
            progress(f"Asterisk: downloading {', '.join(PACKAGES)} (about 95 MB)")
            await _apt(apt, "-y", "--download-only", "install", *PACKAGES)
            await _unpack(_packages(scratch), scratch / "root", progress)
            return _keep(scratch / "root", cache)


def _check_tools() -> None:
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        raise AsteriskProblem(
            f"No Asterisk 20 or later is installed and {' and '.join(missing)} is missing, so a private copy "
            "cannot be made; install Asterisk 20 or later and start again."
        )
    if not _KEYRING.is_file():
        raise AsteriskProblem(
            f"{_KEYRING} is missing, so packages cannot be verified; install debian-archive-keyring, or "
            "Asterisk 20 or later, and start again."
        )


def _check_room(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache).free
    if free < _UNPACKED_BYTES:
        raise AsteriskProblem(
            f"{cache} has {free // 1_000_000} MB free and Asterisk needs {_UNPACKED_BYTES // 1_000_000} MB; "
            "make room and start again."
        )


@asynccontextmanager
async def _one_at_a_time(cache: Path, progress: Progress) -> AsyncIterator[None]:
    """Two clones may be set up at once: the second waits and finds the copy of the first."""
    lock = os.open(cache / ".asterisk-install.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        waited = False
        while not _locked(lock):
            if not waited:
                progress("Asterisk: another set-up is downloading it, waiting for that one")
            waited = True
            await asyncio.sleep(_LOCK_EVERY_S)
        yield
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _scratch_folder(cache: Path) -> Iterator[Path]:
    """A folder beside the copies (renaming needs the same disk); leftovers of killed runs are cleared."""
    for leftover in cache.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_apt(scratch: Path, mirror: str) -> list[str]:
    """apt with private folders: it knows nothing of the system's packages and changes none of them."""
    for folder in ("state/lists/partial", "cache/archives/partial", "dpkg", "root"):
        (scratch / folder).mkdir(parents=True)
    (scratch / "dpkg/status").touch()
    (scratch / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {mirror} {_SUITE} main\n")
    options = {
        "Dir::State": scratch / "state",
        "Dir::State::status": scratch / "dpkg/status",
        "Dir::Cache": scratch / "cache",
        "Dir::Etc::sourcelist": scratch / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "1",
        "APT::Install-Recommends": "0",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "30",
    }
    return ["apt-get", "-q", *(part for key, value in options.items() for part in ("-o", f"{key}={value}"))]


async def _mirror() -> str:
    """The machine's own Debian mirror, so that no address is written into this project."""
    status, output = await _run(["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN)"])
    for line in output.splitlines():
        site, _, origin = line.strip().partition(" ")
        if origin == "Debian" and not site.rstrip("/").endswith("-security"):
            return site
    failed = "" if status == 0 else " (apt-get failed)"
    raise AsteriskProblem(
        "No Asterisk 20 or later is installed and this machine has no Debian mirror to take a private copy "
        f"from{failed}; run apt-get update once, or install Asterisk 20 or later, and start again."
    )


async def _apt(apt: list[str], *arguments: str) -> None:
    status, output = await _run([*apt, *arguments])
    if status == 0:
        return
    errors = [line[2:].strip() for line in output.splitlines() if line.startswith("E:")]
    reason = errors[0].rstrip(".") if errors else f"apt-get ended with status {status}"
    if re.search(r"resolv|connect|timed out|Failed to fetch|Network is unreachable", output):
        raise AsteriskProblem(
            "Asterisk could not be downloaded because Debian's mirror cannot be reached; check the network "
            f"and start again ({reason})."
        )
    raise AsteriskProblem(f"Asterisk could not be downloaded: {reason}.")


def _packages(scratch: Path) -> list[Path]:
    return sorted((scratch / "cache/archives").glob("*.deb"))


async def _unpack(packages: list[Path], root: Path, progress: Progress) -> None:
    progress(f"Asterisk: unpacking {len(packages)} packages")
    for package in packages:
        status, output = await _run(["dpkg-deb", "-x", str(package), str(root)])
        if status != 0:
            raise AsteriskProblem(f"{package.name} could not be unpacked: {output.strip()[-200:]}")


def _keep(root: Path, cache: Path) -> Program:
    """Gives the finished copy its name; only now does anybody else see it."""
    program = find_in_copy(root)
    if program is None:
        raise AsteriskProblem(
            "The downloaded Asterisk does not start on this machine; install Asterisk 20 or later and start "
            "again."
        )
    place = cache / f"asterisk-{program.version_text}"
    if place.exists():
        shutil.rmtree(place)
    os.rename(root, place)
    kept = find_in_copy(place)
    if kept is None:
        raise AsteriskProblem(f"{place} is damaged; remove it and start again.")
    return kept


async def _run(command: list[str]) -> tuple[int, str]:
    # Shielded: were the set-up interrupted while the program is being started, nobody would end it.
    starting = asyncio.ensure_future(_start(command))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise
    try:
        async with asyncio.timeout(_STEP_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        raise AsteriskProblem(
            f"{command[0]} did not finish in {_STEP_SECONDS // 60} minutes; check the network and start "
            "again."
        ) from None
    finally:
        await _end(process)
    return process.returncode or 0, output.decode(errors="replace")


async def _start(command: list[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
        # A group of its own: what apt-get started goes with it when the set-up is interrupted.
        start_new_session=True,
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
