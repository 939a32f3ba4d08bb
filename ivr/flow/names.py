"""What the entries of a flow file are made of: names, keys, languages, sentences."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

KEYS = "0123456789*#"

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


def _digit_as_text(value: Any) -> Any:
    """A bare `1:` in YAML is a number; one digit has only one reading, so take it (012 would have two)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        return str(value)
    return value


Key = Annotated[str, BeforeValidator(_digit_as_text), StringConstraints(pattern=r"^[0-9*#]$")]


class _Spoken:
    """Marks a field that names prompts, so that the checker finds it in any kind of step."""


PromptNames = Annotated[tuple[Identifier, ...], Field(max_length=8), _Spoken()]
SomePromptNames = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=8), _Spoken()]


def names_prompts(field: FieldInfo) -> bool:
    """Whether a field of a step was declared as PromptNames or SomePromptNames."""
    return any(isinstance(mark, _Spoken) for mark in field.metadata)


class Part(BaseModel):
    """A part of a flow file: what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def listed(names: Iterable[str]) -> str:
    """Names as a person reads them."""
    return ", ".join(sorted(names)) or "none"
