"""Walks a flow without a telephone: in a terminal, by a script of keys, or as lines of text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.markup import escape

from ivr.flow.checker import check
from ivr.flow.effects import (
    Began,
    Collect,
    Effect,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    HungUp,
    Input,
    MarkStep,
    Play,
    Prompt,
    SetLanguage,
)
from ivr.flow.engine import Walk
from ivr.flow.flow import Flow
from ivr.flow.names import KEYS
from ivr.flow.problem import Severity

SILENCE, GONE = ".", "!"
"""In a script of keys: say nothing until the time runs out, and hang up."""

Answer = Callable[[Play | Collect], str | None]
"""What the caller does at a wait: keys, nothing (""), or hang up (None)."""


class ScriptedCaller:
    """Presses the keys of a script, one a Collect (`.` stays silent, `!` hangs up), then stays silent.

    Raises ValueError, with a sentence for its author, for what no telephone has.
    """

    def __init__(self, script: str) -> None:
        self._script = [mark for mark in script if not mark.isspace() and mark != ","]
        if strange := sorted(set(self._script) - {*KEYS, SILENCE, GONE}):
            raise ValueError(f"{strange[0]!r} is no key; write 0-9, * and #, a dot for silence, ! to hang up")

    def __call__(self, wait: Play | Collect) -> str | None:
        if self._script[:1] == [GONE]:
            return None
        if isinstance(wait, Play) or not self._script:
            return ""
        mark = self._script.pop(0)
        return "" if mark == SILENCE else mark


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a walk: an effect, or what the caller answered to the wait before it."""

    effect: Effect | None
    answer: str | None = None


def walk(flow: Flow, caller: Answer, at: datetime, language: str) -> Iterator[Moment]:
    """The moments of a whole call; the clock stands still at `at`."""
    engine = Walk(flow, language)
    given: Input = Began(at)
    while not engine.ended:
        effects = engine.resume(given)
        for effect in effects:
            yield Moment(effect)
        if engine.ended:
            return
        wait = effects[-1]
        assert isinstance(wait, Play | Collect)
        keys = caller(wait)
        if keys is None or keys or isinstance(wait, Collect):
            yield Moment(None, GONE if keys is None else keys)
        given = HungUp(at) if keys is None else Heard(at, keys)


def lines(flow: Flow, caller: Answer, at: datetime, language: str) -> Iterator[tuple[str, str]]:
    """The walk as lines of text as it goes on, each with its style."""
    texts = flow.texts()
    for moment in walk(flow, caller, at, language):
        yield from _lines(moment, texts)


def try_flow(flow: Flow, caller: Answer, at: datetime, language: str, console: Console) -> None:
    """Print the walk with colours as it goes on."""
    for line, style in lines(flow, caller, at, language):
        console.print(f"[{style}]{escape(line)}[/{style}]", highlight=False, soft_wrap=True)


def terminal_caller(console: Console) -> Answer:
    """Someone at a keyboard: keys then Enter, Enter alone is silence, `!` or the end of input hangs up."""

    def answer(wait: Play | Collect) -> str | None:
        if isinstance(wait, Play):
            return ""
        try:
            typed = console.input(f"[bold cyan]key ({wait.timeout_s:g} s, Enter = silence, ! = hang up):[/] ")
        except (EOFError, KeyboardInterrupt):
            return None
        return None if GONE in typed else "".join(key for key in typed if key in KEYS)

    return answer


def check_flow(flow: Flow, queues: frozenset[str] | None, console: Console) -> bool:
    """Print what the checker finds; True when the flow can be used."""
    problems = check(flow, queues)
    for problem in problems:
        style = "red" if problem.severity is Severity.ERROR else "yellow"
        console.print(f"[{style}]{escape(str(problem))}[/{style}]", highlight=False, soft_wrap=True)
    usable = not any(problem.severity is Severity.ERROR for problem in problems)
    if usable:
        console.print(
            f"[green]{escape(flow.file)}: {len(flow.document.steps)} steps, can be used[/green]",
            highlight=False,
        )
    return usable


def _lines(moment: Moment, texts: dict[Prompt, str]) -> Iterator[tuple[str, str]]:
    """The lines of a moment, each with its style."""
    match moment.effect:
        case None:
            said = {GONE: "hangs up", "": "stays silent"}.get(moment.answer or "", f"presses {moment.answer}")
            yield f"  caller {said}", "bold cyan"
        case Play(prompts, barge_in):
            yield from _spoken(prompts, texts)
            if not barge_in:
                yield "  (heard to the end)", "dim"
        case Collect(prompts, max_digits, timeout_s):
            yield from _spoken(prompts, texts)
            yield f"  waits {timeout_s:g} s for {max_digits} key", "dim"
        case SetLanguage(language):
            yield f"  language {language}", "magenta"
        case MarkStep(step, kind, exit_name, keys, language):
            pressed = f" keys {keys}" if keys else ""
            yield f"[{step}] {kind} → {exit_name}{pressed} ({language})", "bold"
        case EnterQueue(queue, priority):
            yield f"= queue {queue}, priority {priority}", "bold green"
        case HangUp():
            yield "= hang up", "bold green"
        case FallBack(reason):
            yield f"= fallback queue: {reason}", "bold red"


def _spoken(prompts: tuple[Prompt, ...], texts: dict[Prompt, str]) -> Iterator[tuple[str, str]]:
    for prompt in prompts:
        yield f"  {prompt.language}: {texts.get(prompt, '(missing) ' + prompt.name)}", "white"
