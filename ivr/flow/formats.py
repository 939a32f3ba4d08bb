"""The formats that flow files have had: an older document is read as if it had been written in today's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[Any, Any]
"""A document as it stands in the file, before anything of it is known to be right."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One format to the next. `told` is for authors who write the new format themselves.

    `change` is pure, makes a new document, and leaves alone what it does not expect: what is wrong there,
    the model tells.
    """

    change: Callable[[Document], Document]
    told: str


def _one_name_for_what_is_spoken(document: Document) -> Document:
    """`language` steps called their one prompt `offer`; every kind lists what it speaks under `prompts`."""
    steps = document.get("steps")
    if not isinstance(steps, dict):
        return document
    return {**document, "steps": {name: _offer_as_prompts(step) for name, step in steps.items()}}


def _offer_as_prompts(step: Any) -> Any:
    if not isinstance(step, dict) or step.get("kind") != "language" or "offer" not in step:
        return step
    if "prompts" in step:  # unknown to format 1, so as wrong as it was
        return step
    return {
        **{key: value for key, value in step.items() if key != "offer"},
        "prompts": [step["offer"]],
    }


MIGRATIONS = (
    Migration(
        _one_name_for_what_is_spoken, "a language step has `prompts: [name]` in the place of `offer: name`"
    ),
)
"""The first leads from format 1 to 2, and so on. One that has been released is never changed."""

NEWEST = 1 + len(MIGRATIONS)


class UnknownFormat(ValueError):
    """A document that this Ringdesk cannot read; the message is a sentence without its full stop."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.advice = advice


def migrate(document: Document, migrations: tuple[Migration, ...] = MIGRATIONS) -> Document:
    """The document in the newest format. Raises UnknownFormat; one without a format is left to the model."""
    newest = 1 + len(migrations)
    written_in = document.get("format")
    if not isinstance(written_in, int) or isinstance(written_in, bool):
        return document
    if written_in > newest:
        raise UnknownFormat(
            f"the flow is written in format {written_in}, and this Ringdesk reads up to format {newest}",
            f"Upgrade Ringdesk to a version that reads format {written_in}, or write it in format {newest}",
        )
    if written_in < 1:
        raise UnknownFormat(f"there is no format {written_in}", f"Write `format: {newest}`")
    for migration in migrations[written_in - 1 :]:
        document = migration.change(document)
    return {**document, "format": newest}


def changes_since(written_in: int) -> str:
    """What an author changes to write a document of an older format in the newest one."""
    return "; ".join(migration.told for migration in MIGRATIONS[written_in - 1 :])
