"""Membership in Asterisk follows what the firm assigned, for whoever is signed in and whoever has left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cti import assignments
from cti.ami.action import ActionReply, AmiAway
from cti.ami.snapshot import MemberStatus, Snapshot, SnapshotMember, SnapshotQueue
from cti.assignments import Assignments
from cti.control.rules import Membership
from cti.domain import events as ev
from cti.domain.floor import Directory
from cti.domain.queue import QueueInfo
from tests.support.desk import CALL_TO_1001, Desk, at, desk

Told = Sequence[tuple[str, str, str]]


def serving(**queues: str) -> Mapping[str, Sequence[Membership]]:
    """`_1001="sales service"` and so on."""
    return {ext[1:]: [Membership(name) for name in names.split()] for ext, names in queues.items()}


class Office:
    """A desk whose Asterisk has these members, and the enforcement under test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **assigned: str) -> None:
        self.desk: Desk = desk()
        self.members: list[tuple[str, str]] = []
        self.desk.control.memberships = serving(**assigned)
        monkeypatch.setattr(assignments, "take_snapshot", self._snapshot)
        self.assignments = Assignments(self.desk.live, self.desk.control, None)  # type: ignore[arg-type]

    async def _snapshot(self, link: object) -> Snapshot:
        queues = {queue for _, queue in self.members}
        return Snapshot(
            at=datetime.now(UTC),
            asterisk_version="",
            channels=(),
            queues=tuple(
                SnapshotQueue(
                    name, "", (), tuple(_member(ext) for ext, queue in self.members if queue == name)
                )
                for name in sorted(queues)
            ),
            devices={},
        )

    async def told(self) -> Told:
        """What Asterisk is asked in one turn: action, extension, queue."""
        self.desk.link.asked.clear()
        await self.assignments.enforce()
        return [
            (ask["Action"], ask["Interface"].removeprefix("PJSIP/"), ask["Queue"])
            for ask in self.desk.link.asked
        ]


def _member(ext: str) -> SnapshotMember:
    return SnapshotMember(
        interface=f"PJSIP/{ext}",
        name=ext,
        penalty=0,
        status=MemberStatus.NOT_IN_USE,
        paused=False,
        paused_reason="",
        in_call=False,
    )


async def test_who_does_not_serve_a_queue_any_more_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    assert await office.told() == []
    office.desk.control.memberships = serving(_1001="")
    assert await office.told() == [("QueueRemove", "1001", "service")]
    # Asterisk has not said that it is done: it is asked again.
    assert await office.told() == [("QueueRemove", "1001", "service")]
    office.desk.observe(ev.MemberRemoved(at=at(1), agent="1001", queue="service"))
    assert await office.told() == []


async def test_a_new_queue_is_joined_by_whoever_is_signed_in_with_their_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office(monkeypatch, _1001="service", _1002="service")
    office.desk.observe(
        ev.PauseDecided(at=at(0), agent="1001", reasons=("lunch",)),
        ev.MemberAdded(at=at(0), agent="1001", queue="service", paused=True, reason="lunch"),
    )
    await office.told()
    office.desk.control.memberships = serving(_1001="service sales", _1002="service sales")
    assert await office.told() == [("QueueAdd", "1001", "sales")]
    (ask,) = office.desk.link.asked
    assert (ask["Paused"], ask["Reason"]) == ("true", "lunch")


async def test_a_queue_is_joined_once_not_whenever_an_agent_is_missing_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office(monkeypatch, _1001="service sales")
    both = [ev.MemberAdded(at=at(0), agent="1001", queue=queue) for queue in ("service", "sales")]
    office.desk.observe(*both)
    await office.told()
    # Half-way through signing out.
    office.desk.observe(ev.MemberRemoved(at=at(1), agent="1001", queue="sales"))
    assert await office.told() == []
    office.desk.observe(ev.MemberRemoved(at=at(2), agent="1001", queue="service"))
    assert await office.told() == []


async def test_who_is_missing_in_a_queue_at_two_looks_is_put_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-out that was cut off, a sign-in of which Asterisk refused a part."""
    office = Office(monkeypatch, _1001="service sales")
    both = [ev.MemberAdded(at=at(0), agent="1001", queue=queue) for queue in ("service", "sales")]
    office.desk.observe(*both)
    await office.told()
    office.desk.observe(ev.MemberRemoved(at=at(1), agent="1001", queue="sales"))
    assert await office.told() == []
    assert await office.told() == [("QueueAdd", "1001", "sales")]


async def test_a_queue_assigned_while_its_agent_signs_in_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service")
    await office.told()
    office.desk.control.memberships = serving(_1001="service sales")
    # The sign-in to what was assigned before is on its way to Asterisk.
    await office.told()
    office.desk.observe(ev.MemberAdded(at=at(1), agent="1001", queue="service"))
    await office.told()
    assert await office.told() == [("QueueAdd", "1001", "sales")]


async def test_what_asterisk_refuses_of_one_agent_keeps_it_from_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A member of a queue that is no more cannot be taken out of it."""
    office = Office(monkeypatch, _1001="service", _1002="service")
    for agent, queue in (("1001", "retired"), ("1001", "service"), ("1002", "service")):
        office.desk.observe(ev.MemberAdded(at=at(0), agent=agent, queue=queue))
    office.desk.control.memberships = serving(_1001="service sales", _1002="service sales")
    take = office.desk.link.action

    async def refuse(fields: Mapping[str, str]) -> ActionReply:
        reply = await take(fields)
        return ActionReply(False, "Member not dynamic", {}) if fields["Queue"] == "retired" else reply

    monkeypatch.setattr(office.desk.link, "action", refuse)
    assert await office.told() == [
        ("QueueRemove", "1001", "retired"),
        ("QueueAdd", "1001", "sales"),
        ("QueueAdd", "1002", "sales"),
    ]


async def test_who_is_only_left_in_a_queue_that_is_no_more_is_not_signed_in_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office(monkeypatch, _1001="service sales")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="retired"))
    for _ in range(3):
        assert await office.told() == [("QueueRemove", "1001", "retired")]


async def test_who_moves_to_other_queues_is_signed_in_there(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    await office.told()
    office.desk.control.memberships = serving(_1001="sales")
    assert await office.told() == [("QueueRemove", "1001", "service"), ("QueueAdd", "1001", "sales")]


async def test_after_asterisk_was_away_everything_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service sales")
    office.members = [("1001", "service"), ("1044", "service"), ("1044", "elsewhere")]
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    assert await office.told() == [
        ("QueueRemove", "1044", "elsewhere"),
        ("QueueRemove", "1044", "service"),
        ("QueueAdd", "1001", "sales"),
    ]
    office.desk.observe(ev.MemberAdded(at=at(1), agent="1001", queue="sales"))
    assert await office.told() == []
    office.desk.observe(ev.MemberRemoved(at=at(1), agent="1001", queue="sales"))
    office.desk.observe(ev.LinkDown(at=at(2), reason="cut"))
    assert await office.told() == []
    office.desk.observe(ev.LinkUp(at=at(3)))
    assert len(await office.told()) == 3


async def test_who_left_is_signed_out_of_everything_and_their_call_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office(monkeypatch, _1001="service", _1002="service")
    office.desk.observe(*CALL_TO_1001)
    await office.told()
    known = office.desk.live.floor.directory
    office.desk.live.set_directory(replace(known, agents={"1002": known.agents["1002"]}), at(10))
    assert await office.told() == [("QueueRemove", "1001", "service")]
    office.desk.observe(ev.MemberRemoved(at=at(11), agent="1001", queue="service"))
    assert await office.told() == []
    office.desk.observe(ev.LegEnded(at=at(20), call_id="c1", agent="1001"))
    assert office.desk.live.floor.agents["1001"].activity == "wrapping_up"
    await office.told()
    assert "1001" not in office.desk.live.floor.agents


async def test_the_queues_of_a_successor_are_not_those_of_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    await office.told()
    known = office.desk.live.floor.directory
    heir = replace(known.agents["1001"], user_id=99, login="heir")
    office.desk.live.set_directory(
        Directory({**known.agents, "1001": heir}, {"service": QueueInfo("service", "", "")}, UTC), at(1)
    )
    office.desk.control.memberships = serving(_1001="service sales")
    assert await office.told() == [("QueueRemove", "1001", "service")]


async def test_what_asterisk_did_not_take_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    await office.told()
    office.desk.control.memberships = serving(_1001="service sales")
    office.desk.link.away = True
    assert await office.told() == []
    office.desk.link.away = False
    assert await office.told() == [("QueueAdd", "1001", "sales")]


async def test_a_comparison_that_is_cut_short_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, _1001="service sales")
    office.desk.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))

    async def cut(link: object) -> Snapshot:
        raise AmiAway("cut")

    with monkeypatch.context() as patched:
        patched.setattr(assignments, "take_snapshot", cut)
        assert await office.told() == []
    assert await office.told() == [("QueueAdd", "1001", "sales")]
