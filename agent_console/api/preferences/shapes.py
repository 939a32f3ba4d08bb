"""What a user sets for their own console."""

from typing import Literal

from agent_console.api.common.fields import Body


class Preferences(Body):
    """Language and look."""

    language: Literal["zh", "en"]
    theme: Literal["system", "light", "dark"]
