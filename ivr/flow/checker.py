"""Finds what a well-formed flow gets wrong: where a caller could be stuck, and what could not be spoken."""

from collections.abc import Callable, Collection, Iterator

from ivr.flow.flow import Flow
from ivr.flow.formats import NEWEST, changes_since
from ivr.flow.problem import FlowRefused, Problem, Severity
from ivr.flow.step import Around

Edges = dict[str, tuple[str, ...]]


def check(flow: Flow, queues: Collection[str] | None = None) -> tuple[Problem, ...]:
    """Problems by line; without `queues` the names of queues are not checked."""
    found = [problem for rule in _RULES for problem in rule(flow)]
    found.extend(_by_its_kind(flow, Around(flow.document.languages, queues)))
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.reason)))


def ensure_usable(flow: Flow, queues: Collection[str] | None = None) -> tuple[Problem, ...]:
    """The warnings; raises FlowRefused when there are errors."""
    problems = check(flow, queues)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise FlowRefused(problems)
    return problems


def _problem(flow: Flow, path: tuple[str | int, ...], reason: str, advice: str) -> Problem:
    return Problem(flow.file, flow.line_of(*path), reason, advice)


def _warning(flow: Flow, path: tuple[str | int, ...], reason: str, advice: str) -> Problem:
    return Problem(flow.file, flow.line_of(*path), reason, advice, Severity.WARNING)


def _missing_targets(flow: Flow) -> Iterator[Problem]:
    steps = flow.document.steps
    if flow.document.start not in steps:
        yield _problem(
            flow, ("start",), f"the flow starts at {flow.document.start!r}, which is no step", "Name a step"
        )
    for name, step in steps.items():
        for exit_name, target in step.targets().items():
            if target not in steps:
                reason = f"{name} leads by {exit_name} to {target!r}, which is no step"
                yield _problem(
                    flow, ("steps", name, "exits", exit_name), reason, "Add the step or name another"
                )


def _unreachable_steps(flow: Flow) -> Iterator[Problem]:
    reached = _reached(_edges(flow), flow.document.start)
    for name in flow.document.steps:
        if name not in reached:
            yield _problem(
                flow, ("steps", name), f"no caller can reach {name}", "Lead an exit to it or remove it"
            )


def _no_way_out(flow: Flow) -> Iterator[Problem]:
    """Steps from which no exit, however many are taken, comes to one that ends the flow."""
    edges = _edges(flow)
    ends = {name for name, step in flow.document.steps.items() if step.ends}
    for name in _reached(edges, flow.document.start):
        if not ends & _reached(edges, name):
            advice = "Lead one of its exits towards a queue or a goodbye"
            yield _problem(flow, ("steps", name), f"{name} has no way out", advice)


def _loops(flow: Flow) -> Iterator[Problem]:
    """Circles that a caller walks without choosing: pressing nothing, or only wrong keys."""
    steps = flow.document.steps
    for circle in _circles(_unasked(flow)):
        names = " → ".join((*circle, circle[0]))
        asked = any(steps[name].asks for name in circle)
        reason = (
            f"a caller who presses nothing goes round: {names}"
            if asked
            else f"a loop without a wait: {names}"
        )
        yield _problem(flow, ("steps", circle[0]), reason, "Lead one of these exits to a queue or a goodbye")


def _missing_prompts(flow: Flow) -> Iterator[Problem]:
    prompts = flow.document.prompts
    for name, step in flow.document.steps.items():
        for field, prompt in step.spoken():
            if prompt not in prompts:
                advice = "Add it under prompts, or name another"
                yield _problem(
                    flow, ("steps", name, field), f"{name} speaks {prompt!r}, which is no prompt", advice
                )
    for prompt, texts in prompts.items():
        for language in flow.document.languages:
            if language not in texts:
                advice = "Add the sentence in this language"
                yield _problem(
                    flow, ("prompts", prompt), f"the prompt {prompt} is missing in {language}", advice
                )


def _unused_prompts(flow: Flow) -> Iterator[Problem]:
    used = {prompt for step in flow.document.steps.values() for _, prompt in step.spoken()}
    for prompt in flow.document.prompts:
        if prompt not in used:
            yield _warning(flow, ("prompts", prompt), f"no step speaks the prompt {prompt}", "Remove it")


def _by_its_kind(flow: Flow, around: Around) -> Iterator[Problem]:
    for name, step in flow.document.steps.items():
        for found in step.check(name, around):
            line = flow.line_of("steps", name, *found.where)
            yield Problem(flow.file, line, found.reason, found.advice, found.severity)


def _older_format(flow: Flow) -> Iterator[Problem]:
    if flow.written_in < NEWEST:
        reason = f"the flow is written in format {flow.written_in}, which is read as format {NEWEST}"
        advice = f"Write `format: {NEWEST}`, where {changes_since(flow.written_in)}"
        yield _warning(flow, ("format",), reason, advice)


def _unasked(flow: Flow) -> Edges:
    """Where a caller comes to from each step who presses no right key."""
    return {
        name: tuple(target for exit_name, target in step.targets().items() if exit_name not in step.chosen())
        for name, step in flow.document.steps.items()
    }


def _edges(flow: Flow) -> Edges:
    return {name: tuple(step.targets().values()) for name, step in flow.document.steps.items()}


def _reached(edges: Edges, start: str) -> set[str]:
    """Every step reachable from `start`, itself included; a missing step leads nowhere."""
    reached: set[str] = set()
    open_ends = [start]
    while open_ends:
        name = open_ends.pop()
        if name in edges and name not in reached:
            reached.add(name)
            open_ends.extend(edges[name])
    return reached


def _circles(edges: Edges) -> Iterator[tuple[str, ...]]:
    """One circle for each group of steps that lie on circles together."""
    told: set[str] = set()
    for name in edges:
        if name in told:
            continue
        circle = _circle_through(edges, name)
        if circle:
            told.update(circle)
            yield circle


def _circle_through(edges: Edges, name: str) -> tuple[str, ...]:
    """A shortest way from a step back to itself, or nothing."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen = set()
    for way in ways:  # grows while it is read: breadth first
        for target in edges.get(way[-1], ()):
            if target == name:
                return way
            if target in edges and target not in seen:
                seen.add(target)
                ways.append((*way, target))
    return ()


_RULES: tuple[Callable[[Flow], Iterator[Problem]], ...] = (
    _missing_targets,
    _unreachable_steps,
    _no_way_out,
    _loops,
    _missing_prompts,
    _unused_prompts,
    _older_format,
)
