"""`queue`: the caller waits for an agent."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.flow.caller import Caller, Script
from ivr.flow.effects import EnterQueue
from ivr.flow.names import PromptNames, QueueName, listed
from ivr.flow.step import Around, Finding, Left, Step, Words


class QueueStep(Step):
    """Hands the caller to a queue; a higher priority is served first."""

    words: ClassVar = {
        "en": Words("Queue", {"queued": "joined"}),
        "zh": Words("队列", {"queued": "已进入"}),
    }
    ends: ClassVar = True

    kind: Literal["queue"]
    queue: QueueName
    priority: Annotated[int, Field(ge=0, le=99)] = 0
    prompts: PromptNames = ()

    def check(self, name: str, around: Around) -> Iterator[Finding]:
        """A queue that nobody serves because there is none of that name."""
        if around.queues is not None and self.queue not in around.queues:
            reason = f"{name} leads to the queue {self.queue!r}, which does not exist"
            yield Finding(("queue",), reason, f"Known queues: {listed(around.queues)}")

    def walk(self, caller: Caller) -> Script[Left]:
        """Speak to the end, then wait for an agent."""
        yield from caller.say(self.prompts, barge_in=False)
        return Left("queued", EnterQueue(self.queue, self.priority))
