"""`say`: speaks, and goes on."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from ivr.flow.caller import Caller, Script
from ivr.flow.names import Identifier, Part, SomePromptNames
from ivr.flow.step import Left, Step, Words


class SayExits(Part):
    """Where a `say` goes on."""

    done: Identifier


class SayStep(Step):
    """Speaks prompts. Keys pressed meanwhile are kept for the next menu, with or without barge-in."""

    words: ClassVar = {
        "en": Words("Announcement", {"done": "heard"}),
        "zh": Words("播报", {"done": "已播完"}),
    }

    kind: Literal["say"]
    prompts: SomePromptNames
    barge_in: bool = True
    exits: SayExits

    def targets(self) -> Mapping[str, str]:
        """One way on."""
        return {"done": self.exits.done}

    def walk(self, caller: Caller) -> Script[Left]:
        """Speak, and leave by `done`."""
        yield from caller.say(self.prompts, barge_in=self.barge_in)
        return Left("done")
