"""Keeps the queues' members in Asterisk to what the firm assigned, also when that changes under way."""

from collections.abc import Iterator, Mapping, Sequence

import structlog

from cti.ami.action import AmiError
from cti.ami.normaliser import agent_of_device
from cti.ami.snapshot import Asking, Snapshot, take_snapshot
from cti.control.commands import AmiAction, Refused, SignOut
from cti.control.control import Control
from cti.control.rules import Membership, add_member_action, remove_member_action
from cti.domain.floor import Floor
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

Assigned = Mapping[str, Sequence[Membership]]
"""Which queues each agent serves, by extension."""


class Assignments:
    """Takes out of a queue whoever does not belong there, and puts signed-in agents into queues new to them.

    Who does not work here any more is signed out of everything; a conversation in progress goes on.
    """

    def __init__(self, live: LiveFloor, control: Control, link: Asking) -> None:
        self._live = live
        self._control = control
        self._link = link
        self._enforced: Assigned = {}
        self._compared_with: object = None

    async def enforce(self) -> None:
        """Bring Asterisk a step nearer. To be called again and again: what it did not take is tried again."""
        floor, assigned = self._live.floor, self._control.memberships
        if floor.system["link"]["state"] != "up":
            return
        connection = floor.system["link"]["since"]
        try:
            actions = [*removals(floor, assigned)]
            if self._compared_with != connection:
                # After a time in which Asterisk or we were away anything may be different.
                actions += [*strangers(floor, assigned, await take_snapshot(self._link))]
                actions += [*additions(floor, assigned, {})]
            else:
                actions += [*additions(floor, assigned, self._enforced)]
            for action in actions:
                log.info("membership changed", **action.fields)
                await self._control.send(action)
            for agent in floor.leaving():
                await self._control.execute(SignOut(agent.ext, by="ringdesk", reason="does not work here"))
        except (AmiError, Refused) as problem:
            log.warning("memberships not enforced", problem=str(problem))
            self._compared_with = None
        else:
            self._enforced, self._compared_with = assigned, connection


def removals(floor: Floor, assigned: Assigned) -> Iterator[AmiAction]:
    """Agents in queues that they do not serve."""
    for ext, agent in floor.agents.items():
        for queue in sorted(agent.members.keys() - _queues(assigned, ext)):
            yield remove_member_action(ext, queue)


def additions(floor: Floor, assigned: Assigned, before: Assigned) -> Iterator[AmiAction]:
    """Queues that are new to agents who are signed in; a pause counts there too."""
    leaving = {agent.ext for agent in floor.leaving()}
    for ext, memberships in assigned.items():
        agent = floor.agents.get(ext)
        if agent is None or not agent.members or ext in leaving:
            continue
        for membership in memberships:
            if membership.queue not in agent.members and membership.queue not in _queues(before, ext):
                yield add_member_action(ext, membership, agent.pause)


def strangers(floor: Floor, assigned: Assigned, snapshot: Snapshot) -> Iterator[AmiAction]:
    """Members of our queues whom the floor does not know: they left while nobody looked."""
    for queue in snapshot.queues:
        for member in queue.members:
            ext = agent_of_device(member.interface)
            if ext is not None and ext not in floor.agents and queue.name not in _queues(assigned, ext):
                yield remove_member_action(ext, queue.name)


def _queues(assigned: Assigned, ext: str) -> set[str]:
    return {membership.queue for membership in assigned.get(ext, ())}
