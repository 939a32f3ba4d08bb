"""What a flow file may contain around its steps: languages, time zone, the spoken prompts."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from ivr.flow.names import Identifier, Language, Part, Text
from ivr.flow.step import Step


class FlowDocument(Part):
    """A whole flow file."""

    format: Literal[2]
    title: dict[Language, Text] = Field(default={})
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=8)]
    timezone: str = "UTC"
    max_steps: Annotated[int, Field(ge=5, le=200)] = 60
    start: Identifier
    prompts: dict[Identifier, dict[Language, Text]] = Field(default={})
    steps: dict[Identifier, Step]
    """Of which kinds, `ivr.flow.kinds` says: this model alone knows none."""

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
