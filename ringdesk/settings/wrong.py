"""What is said of a wrong setting: one sentence, which names it where its author wrote it."""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from ringdesk.settings.reference import is_section
from ringdesk.settings.settings import PREFIX, Settings


def of_value(error: ValidationError, place: Callable[[list[str], list[str]], str]) -> str:
    """The first fault, named where its author wrote it."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    keys = [str(part) for part in fault["loc"]]
    # What is missing is missing from where the rest of its section is.
    where = place(keys, keys[:-1] if fault["type"] == "missing" else keys)
    match fault["type"]:
        case "extra_forbidden":
            return f"{where} is not a setting of Ringdesk{near(keys[-1], _fields_beside(keys))}"
        case "missing":
            return f"{where} is missing"
        case "model_type":
            return (
                f"{where} is a section of settings, not a single value; write its settings below [{keys[-1]}]"
            )
    reason = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {reason[0].lower()}{reason[1:]}"


def of_json(environment: Mapping[str, str], error: SettingsError) -> str:
    """The error names the section only, so every variable of it that could be meant is named."""
    section = re.search(r'field "(\w+)"', str(error))
    beginning = PREFIX + (section[1].upper() if section else "")
    suspects = [
        name for name, value in environment.items() if name.startswith(beginning) and not _is_json(value)
    ]
    return (
        f"{' or '.join(sorted(suspects))} stands for several values and must be JSON; "
        "they are easier to write in ringdesk.toml"
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _fields_beside(keys: list[str]) -> list[str]:
    """The names that could have been meant in the place of the last key."""
    model: Any = Settings
    for key in keys[:-1]:
        field = model.model_fields.get(key)
        model = field.annotation if field else None
        if not is_section(model):
            return []
    return list(model.model_fields)


def near(word: str, known: list[str]) -> str:
    """A hint at what may have been meant, empty when nothing is like it."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
