"""Keeps the queues' members in Asterisk to what the firm assigned, also when that changes under way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import structlog

from cti.ami.action import AmiAction, AmiError
from cti.ami.actions import as_told, remove_member
from cti.ami.snapshot import Asking, Snapshot, take_snapshot
from cti.control.commands import Refused, SignOut, Unanswered
from cti.control.control import Control
from cti.control.rules import Membership, joining
from cti.domain.devices import agent_of_device
from cti.domain.floor import Floor
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

Assigned = Mapping[str, Sequence[Membership]]
"""Which queues each agent serves, by extension."""
Place = tuple[str, str]
"""An agent's extension and a queue."""


class Assignments:
    """Takes out of a queue whoever does not belong there, and puts signed-in agents into all that they serve.

    Who does not work here any more is signed out of everything; a conversation in progress goes on.
    """

    def __init__(self, live: LiveFloor, control: Control, link: Asking) -> None:
        self._live = live
        self._control = control
        self._link = link
        self._enforced: Assigned = {}
        self._missing: frozenset[Place] = frozenset()
        self._compared_with: object = None

    async def enforce(self) -> None:
        """Bring Asterisk a step nearer. To be called again and again: what it did not take is tried again."""
        floor, assigned = self._live.floor, self._control.memberships
        if not floor.system.link.up:
            return
        connection = floor.system.link.since
        try:
            if self._compared_with != connection:
                # After a time in which Asterisk or we were away anything may be different.
                snapshot = await take_snapshot(self._link)
                self._enforced, self._compared_with = {}, connection
                if not await self._done(strangers(floor, assigned, snapshot)):
                    self._compared_with = None
            missing = frozenset(missing_places(floor, assigned))
            known, self._missing = self._missing, missing
            before, self._enforced = self._enforced, assigned
            await self._done([*removals(floor, assigned), *additions(floor, assigned, before, known)])
            for agent in floor.leaving():
                await self._control.execute(SignOut(agent.ext, by="ringdesk", reason="does not work here"))
        except (AmiError, Refused) as problem:
            log.warning("memberships not enforced", problem=str(problem))

    async def _done(self, actions: Iterable[AmiAction]) -> bool:
        """Whether Asterisk took them all. What it refuses of one agent keeps it from no other.

        Raises Unanswered when it does not answer.
        """
        done = True
        for action in actions:
            try:
                await self._control.send(action)
            except Unanswered:
                raise
            except Refused as problem:
                done = False
                log.warning("membership not changed", problem=problem.detail, **as_told(action))
            else:
                log.info("membership changed", **as_told(action))
        return done


def removals(floor: Floor, assigned: Assigned) -> Iterator[AmiAction]:
    """Agents in queues that they do not serve."""
    for ext, agent in floor.agents.items():
        for queue in sorted(agent.members.keys() - _queues(assigned, ext)):
            yield remove_member(ext, queue)


def missing_places(floor: Floor, assigned: Assigned) -> Iterator[Place]:
    """Where agents who are signed in are no members, though they serve the queue."""
    leaving = {agent.ext for agent in floor.leaving()}
    for ext in assigned.keys() & floor.agents.keys() - leaving:
        agent = floor.agents[ext]
        if agent.members:
            yield from ((ext, queue) for queue in _queues(assigned, ext) - agent.members.keys())


def additions(
    floor: Floor, assigned: Assigned, before: Assigned, missing: Set[Place] = frozenset()
) -> Iterator[AmiAction]:
    """Queues that agents who are signed in serve and are not in; a pause counts there too.

    Those new to them at once. The others when they were `missing` at the look before as well: who is just
    signing out leaves one queue after the other. Who is only left in a queue that they do not serve any more,
    and did not serve before, is not signed in.
    """
    places = set(missing_places(floor, assigned))
    for ext, memberships in assigned.items():
        served = _queues(assigned, ext) | _queues(before, ext)
        for membership in memberships:
            place = (ext, membership.queue)
            due = membership.queue not in _queues(before, ext) or place in missing
            if place in places and due and served & floor.agents[ext].members.keys():
                yield joining(ext, membership, floor.agents[ext].pause)


def strangers(floor: Floor, assigned: Assigned, snapshot: Snapshot) -> Iterator[AmiAction]:
    """Members of our queues whom the floor does not know: they left while nobody looked."""
    for queue in snapshot.queues:
        for member in queue.members:
            ext = agent_of_device(member.interface)
            if ext is not None and ext not in floor.agents and queue.name not in _queues(assigned, ext):
                yield remove_member(ext, queue.name)


def _queues(assigned: Assigned, ext: str) -> set[str]:
    return {membership.queue for membership in assigned.get(ext, ())}
