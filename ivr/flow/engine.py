"""One caller's walk through one flow: each input yields effects up to the next wait, and every walk ends."""

from ivr.flow.caller import Caller, Script
from ivr.flow.effects import Effect, FallBack, HungUp, Input, MarkStep
from ivr.flow.flow import Flow

HANGUP_EXIT, LIMIT_EXIT = "hangup", "limit"


class Walk:
    """Not thread-safe; `resume` never raises for a flow that the checker passes, whatever the input."""

    def __init__(self, flow: Flow, language: str) -> None:
        document = flow.document
        self._document = document
        self._step = document.start
        self._caller = Caller(
            language if language in document.languages else document.languages[0],
            document.timezone,
            flow.prompt,
        )
        self._script: Script[None] | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the last effects were the end of the flow."""
        return self._ended

    def resume(self, given: Input) -> tuple[Effect, ...]:
        """Effects up to the next wait or the end: at most one Wait or End among them, and it is the last."""
        if self._ended:
            return ()
        self._caller.now = given.at
        if isinstance(given, HungUp):
            self._mark(HANGUP_EXIT)
            self._ended = True
        else:
            self._go_on(given)
        return self._caller.asked()

    def place(self) -> MarkStep:
        """The mark that a hang-up would leave now."""
        return self._mark_of(HANGUP_EXIT)

    def _go_on(self, given: Input) -> None:
        try:
            if self._script is None:
                self._script = self._walk()
                next(self._script)
            else:
                self._script.send(given)
        except StopIteration:
            self._ended = True

    def _walk(self) -> Script[None]:
        self._caller.speak_in(self._caller.language)
        for _ in range(self._document.max_steps):
            step = self._document.steps[self._step]
            left = yield from step.walk(self._caller)
            self._mark(left.exit)
            if left.end is not None:
                self._caller.tell(left.end)
                return
            self._step = step.targets()[left.exit]
        self._mark(LIMIT_EXIT)
        self._caller.tell(FallBack("step limit reached"))

    def _mark(self, exit_name: str) -> None:
        self._caller.tell(self._mark_of(exit_name))
        self._caller.used = ""

    def _mark_of(self, exit_name: str) -> MarkStep:
        kind = self._document.steps[self._step].kind
        return MarkStep(self._step, kind, exit_name, self._caller.used, self._caller.language)
