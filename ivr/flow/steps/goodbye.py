"""`goodbye`: the call is over."""

from typing import ClassVar, Literal

from ivr.flow.caller import Caller, Script
from ivr.flow.effects import HangUp
from ivr.flow.names import PromptNames
from ivr.flow.step import Left, Step, Words


class GoodbyeStep(Step):
    """Speaks prompts and hangs up."""

    words: ClassVar = {
        "en": Words("Goodbye", {"ended": "played to the end"}),
        "zh": Words("结束语", {"ended": "已播完"}),
    }
    ends: ClassVar = True

    kind: Literal["goodbye"]
    prompts: PromptNames = ()

    def walk(self, caller: Caller) -> Script[Left]:
        """Speak to the end, then hang up."""
        yield from caller.say(self.prompts, barge_in=False)
        return Left("ended", HangUp())
