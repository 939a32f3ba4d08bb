"""Which program tables belong to that say nothing of it: until 0.1.0 none wrote it down."""

from ringdesk.upgrade.program import Program
from storage.migrations.runner import Schema

_UNNOTED = {"0017": Program("0.1.0")}


def program_of(schema: Schema) -> Program | None:
    """The program that these tables are of, None when that is not known."""
    return Program.of(schema.program) or _UNNOTED.get(schema.revision or "")
