"""The reference of all settings: each with its default and what it is for, read off the model."""

from dataclasses import dataclass
from typing import Any, TypeGuard

from pydantic import BaseModel, SecretStr

from ringdesk.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class DescribedSetting:
    """One line of the reference."""

    name: str
    default: str
    description: str


def described(model: type[BaseModel] = Settings, above: str = "") -> list[DescribedSetting]:
    """Every setting with its default, sections in their order; secrets show as empty."""
    lines = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if is_section(kind):
            lines += described(kind, f"{above}{name}.")
        else:
            lines.append(DescribedSetting(above + name, _plain(field.default), field.description or ""))
    return lines


def _plain(default: Any) -> str:
    if isinstance(default, tuple):
        return ", ".join(item if isinstance(item, str) else str(item.code) for item in default)
    return "" if default is None or isinstance(default, SecretStr) else str(default)


def is_section(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
