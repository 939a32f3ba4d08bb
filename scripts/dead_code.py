"""Names functions, classes, methods and imports that nothing uses: in the product, then in the tests.

What only tests use is dead, so the tests are left out at first; then they are looked at themselves. Fields
are not judged: the wire and the database read them.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

CLONE = Path(__file__).resolve().parent.parent
PACKAGES = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
PRODUCT = (*PACKAGES, "bench", "scripts")
JUDGED = {"class", "function", "import", "method", "property", "unreachable_code"}
# Called by a framework, which finds them by a decorator or by their name.
DECORATORS = [
    "@*.callback",
    "@*.command",
    "@*.delete",
    "@*.exception_handler",
    "@*.get",
    "@*.patch",
    "@*.post",
    "@*.put",
    "@*.websocket",
    "@*validator",
    "@model_serializer",
    "@pytest.fixture",
    "@scene",
]
NAMES = [
    # asyncio's protocols, io's raw streams, uvicorn's server
    *("datagram_received", "error_received", "readable", "readinto", "capture_signals", "main_loop"),
    # pydantic-settings
    *("settings_customise_sources", "get_field_value", "_load_env_vars"),
    # SQLAlchemy
    *("process_bind_param", "process_result_value", "load_dialect_impl"),
    # panoramisk and pyst2
    *("add_message", "send_awaiting_actions", "_quote", "database_get"),
    # named in a template of Asterisk's configuration; in a type that only the type checker reads
    *("outbound_number", "Buffer"),
    # kinds of voice-menu steps, which are found by their files
    "*Step",
    # for jobs by the clock on the wall, which CONTRIBUTING describes; the first of them takes this line away
    "Cron",
    # the second implementation of the door to telephony, proved by its contract before a process asks for it
    *("floor_door", "RemoteFloorPort"),
    # reads the journal back, proved on what released versions wrote before a report asks for it
    "event_of",
    # pytest and its plug-ins
    *("pytest_*", "test_*", "_split_scope"),
]


def unused(*folders: str) -> Iterator[Item]:
    """What no file of the folders uses, in the order of the files."""
    finder = Vulture(ignore_names=NAMES, ignore_decorators=DECORATORS)
    finder.scavenge(
        [str(CLONE / folder) for folder in folders],
        exclude=["*/storage/migrations/versions/*", "*/node_modules/*"],
    )
    for item in finder.get_unused_code():
        if item.typ in JUDGED:
            yield item


def main() -> int:
    """1 when there is any."""
    found = [
        *unused(*PRODUCT),
        *(
            item
            for item in unused(*PRODUCT, "tests")
            if "tests" in Path(item.filename).relative_to(CLONE).parts
        ),
    ]
    for item in found:
        print(
            f"{item.filename.relative_to(CLONE)}:{item.first_lineno}: nothing uses the {item.typ} {item.name}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
