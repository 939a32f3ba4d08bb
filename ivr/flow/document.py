"""What a flow file may contain: the steps, their named exits, and the spoken prompts."""

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from ivr.flow.hours import WeeklyHours

KEYS = "0123456789*#"
NO_INPUT, WRONG_KEY = "no_input", "wrong_key"

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
PromptNames = Annotated[tuple[Identifier, ...], Field(max_length=8)]
SomePromptNames = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=8)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SayExits(_Part):
    """Where a `say` goes on."""

    done: Identifier


class HoursExits(_Part):
    """Where an `hours` goes on."""

    open: Identifier
    closed: Identifier


class LanguageExits(_Part):
    """Where a `language` goes on: the caller chose another language, or kept the one spoken so far."""

    changed: Identifier
    kept: Identifier


class SayStep(_Part):
    """Speaks prompts. Keys pressed meanwhile are kept for the next menu, with or without barge-in."""

    kind: Literal["say"]
    prompts: SomePromptNames
    barge_in: bool = True
    exits: SayExits

    def targets(self) -> dict[str, str]:
        """Exit name → step name."""
        return {"done": self.exits.done}


class MenuStep(_Part):
    """Asks for one key. `keys` names the exit of each; `no_input` or `wrong_key` when tries run out."""

    kind: Literal["menu"]
    prompts: SomePromptNames
    keys: Annotated[dict[Key, Identifier], Field(min_length=1)]
    wrong_key_prompts: PromptNames = ()
    no_input_prompts: PromptNames = ()
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    timeout_s: Annotated[float, Field(ge=1, le=30)] = 5.0
    barge_in: bool = True
    exits: dict[Identifier, Identifier]

    def targets(self) -> dict[str, str]:
        """Exit name → step name."""
        return dict(self.exits)

    @model_validator(mode="after")
    def _every_exit_is_taken_and_exists(self) -> Self:
        reserved = {NO_INPUT, WRONG_KEY}
        if taken := sorted(reserved & set(self.keys.values())):
            raise ValueError(f"a key cannot lead to the reserved exit {taken[0]!r}")
        wanted = reserved | set(self.keys.values())
        if absent := sorted(wanted - set(self.exits)):
            raise ValueError(f"exits lack {', '.join(absent)}")
        if idle := sorted(set(self.exits) - wanted):
            raise ValueError(f"no key leads to the exit {idle[0]!r}")
        return self


class HoursStep(_Part):
    """Decides by the time of day and week, in the flow's time zone."""

    kind: Literal["hours"]
    weekly: WeeklyHours
    exits: HoursExits

    def targets(self) -> dict[str, str]:
        """Exit name → step name."""
        return {"open": self.exits.open, "closed": self.exits.closed}


class LanguageStep(_Part):
    """Offers the other languages, each in its own voice; any other key is kept for the next menu."""

    kind: Literal["language"]
    offer: Identifier
    keys: Annotated[dict[Key, Language], Field(min_length=1)]
    timeout_s: Annotated[float, Field(ge=1, le=30)] = 2.0
    exits: LanguageExits

    def targets(self) -> dict[str, str]:
        """Exit name → step name."""
        return {"changed": self.exits.changed, "kept": self.exits.kept}


class QueueStep(_Part):
    """Hands the caller to a queue; a higher priority is served first."""

    kind: Literal["queue"]
    queue: QueueName
    priority: Annotated[int, Field(ge=0, le=99)] = 0
    prompts: PromptNames = ()

    def targets(self) -> dict[str, str]:
        """A queue ends the flow."""
        return {}


class GoodbyeStep(_Part):
    """Speaks prompts and hangs up."""

    kind: Literal["goodbye"]
    prompts: PromptNames = ()

    def targets(self) -> dict[str, str]:
        """A goodbye ends the flow."""
        return {}


Step = Annotated[
    SayStep | MenuStep | HoursStep | LanguageStep | QueueStep | GoodbyeStep, Field(discriminator="kind")
]


class FlowDocument(_Part):
    """A whole flow file."""

    format: Literal[1]
    title: dict[Language, Text] = {}
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=8)]
    timezone: str = "UTC"
    max_steps: Annotated[int, Field(ge=5, le=200)] = 60
    start: Identifier
    prompts: dict[Identifier, dict[Language, Text]] = {}
    steps: Annotated[dict[Identifier, Step], Field(min_length=1, max_length=500)]

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):  # OSError: names such as "." that are folders
            raise ValueError(f"unknown time zone {value!r}") from None
        return value

    @field_validator("languages")
    @classmethod
    def _named_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a language is named twice")
        return value
