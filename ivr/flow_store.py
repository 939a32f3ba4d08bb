"""The flows in use: read from their source, replaced when they change there, kept when a change is broken."""

import asyncio
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass

import structlog

from ivr.flow.checker import ensure_usable
from ivr.flow.flow import Flow
from ivr.flow.loader import load
from ivr.flow.problem import FlowRefused, Problem
from ivr.flow.source import FlowSource, Stage, Unreadable
from ivr.prompts.speech import SpeechError

log = structlog.get_logger(__name__)

_Seen = tuple[Hashable, frozenset[str] | None]
"""A flow's mark in the source, and the queues it was checked against."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of one flow: what was last looked at, the version in use, and what is wrong with it."""

    seen: _Seen | None
    flow: Flow | None
    problems: tuple[Problem, ...]


class FlowStore:
    """Calls get a flow once and keep it; what `refresh` finds concerns later calls only.

    `queues` names the queues that exist; without it flows are not checked against them. `speak` makes the
    prompts of a flow that are missing before calls get it; it is called in the thread that reads, and raises
    SpeechError or OSError.
    """

    def __init__(
        self,
        source: FlowSource,
        queues: Callable[[], Collection[str]] | None = None,
        speak: Callable[[Flow], object] | None = None,
    ) -> None:
        self._source = source
        self._queues = queues
        self._speak = speak
        self._entries: dict[str, _Entry] = {}

    def get(self, name: str) -> Flow | None:
        """The flow for a new call; None when there never was a usable one of this name."""
        entry = self._entries.get(name)
        return entry.flow if entry else None

    @property
    def flows(self) -> tuple[Flow, ...]:
        """All flows in use, by name."""
        return tuple(entry.flow for _, entry in sorted(self._entries.items()) if entry.flow)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the flows as they are published now, errors and warnings."""
        return tuple(problem for _, entry in sorted(self._entries.items()) for problem in entry.problems)

    def refresh(self) -> None:
        """Read what changed."""
        self._read(self._queue_names())

    def _queue_names(self) -> frozenset[str] | None:
        return frozenset(self._queues()) if self._queues else None

    def _read(self, queues: frozenset[str] | None) -> None:
        """May run in a thread: readers see the old entries or the new ones."""
        marks = self._source.listed(Stage.PUBLISHED)
        entries = {name: self._looked_at(name, (mark, queues)) for name, mark in marks.items()}
        for name, entry in self._entries.items():
            if name not in marks and entry.flow is not None:
                entries[name] = self._gone(entry, entry.flow)
        self._entries = entries

    async def watch(self, every_s: float = 1.0) -> None:
        """Keep refreshing until cancelled; a source that cannot be asked is told and tried again."""
        while True:
            try:
                await asyncio.to_thread(self._read, self._queue_names())
            except OSError as error:
                log.error("flows cannot be read", error=str(error))
            await asyncio.sleep(every_s)

    def _looked_at(self, name: str, seen: _Seen) -> _Entry:
        known = self._entries.get(name)
        if known and known.seen == seen:
            return known
        flow = known.flow if known else None
        try:
            fresh = load(self._source.read(name, Stage.PUBLISHED))
            warnings = ensure_usable(fresh, seen[1])
        except Unreadable as unreadable:
            problem = Problem(unreadable.place, 1, unreadable.reason, unreadable.advice)
            return _Entry(None, flow, (problem,))
        except FlowRefused as refused:
            for problem in refused.problems:
                log.error("flow refused", flow=name, problem=str(problem), still_in_use=flow is not None)
            return _Entry(seen, flow, refused.problems)
        changed = flow is None or flow.edition.digest != fresh.edition.digest
        if changed or known is None or known.seen is None:
            silent = self._silent(fresh)
            if silent is not None:
                return self._mute(silent, known, flow, fresh)
        if changed:
            edition = fresh.edition
            log.info(
                "flow in use for new calls", flow=name, version=edition.version, digest=edition.digest[:12]
            )
        return _Entry(seen, fresh, warnings)

    def _silent(self, fresh: Flow) -> Problem | None:
        """Make its prompts; what is wrong when that fails."""
        try:
            if self._speak is not None:
                self._speak(fresh)
        except (SpeechError, OSError) as error:
            reason = f"its prompts cannot be spoken: {str(error).rstrip('.')}"
            return Problem(fresh.file, 1, reason, "It is tried again every second")
        return None

    def _mute(self, problem: Problem, known: _Entry | None, flow: Flow | None, fresh: Flow) -> _Entry:
        """The last version stays in use. A first one is taken without its sound: it still finds the queue."""
        if known is None or problem not in known.problems:
            log.error("flow cannot be spoken", flow=fresh.name, problem=str(problem), kept=flow is not None)
        return _Entry(None, flow or fresh, (problem,))

    def _gone(self, entry: _Entry, flow: Flow) -> _Entry:
        if entry.seen is None:
            return entry
        problem = Problem(flow.file, 1, "the file is gone, its last version serves new calls", "Put it back")
        log.error("flow file is gone", flow=flow.name)
        return _Entry(None, flow, (problem,))
