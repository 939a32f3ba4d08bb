"""Builds the browser console when its sources changed; the old build stays until the new one is whole."""

import asyncio
import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from ringdesk.installation.home import CLONE, Home
from ringdesk.problem import Problem
from ringdesk.setup.node import Node, find_node
from ringdesk.setup.plan import Note
from ringdesk.setup.tool import UNREACHABLE, ToolResult, run_tool

WEB = CLONE / "agent_console" / "web"
_STAMP = "built-from"
_PACKAGES_STAMP = ".installed-from"
_LOCK_POLL_S = 0.2
# What a build does not read, so a change there needs no new build.
_NOT_SOURCES = frozenset({"node_modules", "dist", "test", "dev", "biome.json", "knip.json", "README.md"})


async def build_console(home: Home, note: Note) -> str:
    """Makes `home.console` current. Raises Problem with one sentence."""
    sources = await asyncio.to_thread(_digest_of_sources)
    if _built_from(home) == sources:
        return "unchanged"
    node = await find_node(home, note)
    async with _one_at_a_time(note):
        if _built_from(home) == sources:
            return "built meanwhile by another set-up"
        await install_packages(home, node, note)
        note("building the console")
        scratch = Path(tempfile.mkdtemp(prefix=".dist-", dir=WEB))
        try:
            await _build(home, node, scratch)
            (scratch / _STAMP).write_text(sources)
            _put_in_place(scratch, home.console)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return "built"


def _built_from(home: Home) -> str | None:
    try:
        return (home.console / _STAMP).read_text()
    except OSError:
        return None


@asynccontextmanager
async def _one_at_a_time(note: Note) -> AsyncIterator[None]:
    """Two homes may be set up from one clone at the same time."""
    with (WEB / ".build.lock").open("w") as lock:
        waiting = False
        while not _locked(lock):
            if not waiting:
                note("another set-up is building the console; waiting for that one")
            waiting = True
            await asyncio.sleep(_LOCK_POLL_S)
        yield


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def install_packages(home: Home, node: Node, note: Note) -> None:
    """Makes node_modules agree with package-lock.json; half an installation never counts."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules" / _PACKAGES_STAMP
    if stamp.is_file() and stamp.read_text() == lock:
        return
    note("downloading the console's packages")
    stamp.unlink(missing_ok=True)
    result = await run_tool(
        # Not `npm ci`: it insists on the builds for every other platform, which a mirror need not have.
        [*node.npm, "install", "--no-save", "--no-audit", "--no-fund"],
        home.log / "console-packages.log",
        folder=WEB,
        environment=node.environment,
    )
    if result.status != 0:
        raise _problem("the console's packages could not be installed", result)
    stamp.write_text(lock)


async def check_console(home: Home, note: Note) -> ToolResult:
    """Runs the console's own checks and tests (types, style, dead code, unit tests)."""
    node = await find_node(home, note)
    async with _one_at_a_time(note):
        await install_packages(home, node, note)
    return await run_tool(
        [*node.npm, "run", "--silent", "check"],
        home.log / "console-check.log",
        folder=WEB,
        environment={**node.environment, "NO_COLOR": "1"},
    )


async def _build(home: Home, node: Node, target: Path) -> None:
    # Vite alone: the types are checked by the tests, and checking them takes as long as building.
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    result = await run_tool(
        [node.node, vite, "build", "--outDir", target, "--emptyOutDir", "--logLevel", "warn"],
        home.log / "console-build.log",
        folder=WEB,
        environment=node.environment,
    )
    if result.status != 0 or not (target / "index.html").is_file():
        raise _problem("the console could not be built", result)


def _problem(what: str, result: ToolResult) -> Problem:
    why = UNREACHABLE if result.no_network else result.last_words()
    return Problem(f"{what}: {why} (all of it: {result.log})")


def _put_in_place(new: Path, place: Path) -> None:
    old = place.with_name(f".{place.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.chmod(0o755)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(WEB)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(WEB)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_SOURCES or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path
