"""A queue of Asterisk as far as pauses go: it does what it is told in order, and tells of it later."""

from collections import deque
from collections.abc import Iterable, Mapping

from cti.ami.action import ActionReply
from cti.domain import events as ev
from tests.support.desk import Desk, at

AGENT = "1001"


class PausingAsterisk:
    """Stands for the link of a desk. Actions are done at once; what came of them waits until it is `told`.

    Others, the dialplan and `app_queue` itself, write between the actions with `others`.
    """

    def __init__(self, it: Desk, queues: Iterable[str]) -> None:
        self._desk = it
        self.held: dict[str, str | None] = dict.fromkeys(queues)
        self.news: deque[ev.Event] = deque()
        self.written: list[tuple[str, str | None]] = []
        self._clock = 100.0
        for queue in self.held:
            it.observe(ev.MemberAdded(at=at(0), agent=AGENT, queue=queue))

    async def action(self, fields: Mapping[str, str]) -> ActionReply:
        """As the link does."""
        reason = fields.get("Reason") if fields["Paused"] == "true" else None
        queues = [fields["Queue"]] if "Queue" in fields else list(self.held)
        for queue in queues:
            self.written.append((queue, reason))
            self._pause(queue, reason)
        return ActionReply(True, "done", {})

    def others(self, text: str) -> None:
        """Somebody else pauses the member in all of its queues."""
        for queue in self.held:
            self._pause(queue, text)

    def tell(self, count: int | None = None) -> None:
        """The next pieces of news arrive, or all of them."""
        for _ in range(len(self.news) if count is None else min(count, len(self.news))):
            self._desk.observe(self.news.popleft())

    def now(self) -> float:
        """Seconds that only grow."""
        self._clock += 0.001
        return self._clock

    def _pause(self, queue: str, text: str | None) -> None:
        self.held[queue] = text
        when = at(self.now())
        if text is None:
            self.news.append(ev.MemberUnpaused(at=when, agent=AGENT, queue=queue))
        else:
            self.news.append(ev.MemberPaused(at=when, agent=AGENT, queue=queue, reason=text))
