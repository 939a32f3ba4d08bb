"""The published descriptions are current, and the floor's values are of the shapes that they promise."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from agent_console.documents import FOLDER, documents
from agent_console.gateway.audience import Audience
from agent_console.gateway.entities import State
from agent_console.gateway.messages import ServerMessage
from agent_console.gateway.picture import Picture
from agent_console.gateway.protocol import CloseCode, Frame, PhoneOwner, phone_order, phone_owner
from agent_console.gateway.visibility import Viewer
from crm.rules.caller import CallerRecord, Match
from cti.domain import events as ev
from cti.domain.floor import Floor
from storage.rows.customers import PastContact
from tests.support.callers import card
from tests.support.shown import state
from tests.support.traces import DIRECTORY, NAMES, live_events
from tests.unit.agent_console.consoles import Folded, shown
from tests.unit.agent_console.moments import NOON

SERVER_MESSAGE: TypeAdapter[Any] = TypeAdapter(ServerMessage)


@pytest.mark.parametrize("name", ["openapi.json", "live.schema.json"])
def test_the_committed_documents_are_current(name: str) -> None:
    current = documents()[name]
    assert (FOLDER / name).read_text() == current, "run: python -m agent_console.documents"


def test_every_close_code_is_explained() -> None:
    text = documents()["live.schema.json"]
    assert all(f'"{code.value}"' in text for code in CloseCode)


class Checked(Folded):
    """A console that takes nothing but the promised shapes."""

    def offer(self, frame: Frame) -> None:
        SERVER_MESSAGE.validate_json(frame.text)
        super().offer(frame)


@pytest.mark.parametrize("name", NAMES)
def test_recorded_calls_reach_every_viewer_in_the_promised_shapes(name: str) -> None:
    events = live_events(name)
    floor = Floor(DIRECTORY, epoch="e", now=events[0].at)
    picture = Picture(history=len(events))
    picture.reset(floor.snapshot(events[0].at))
    viewers = [Viewer(None, True), *(Viewer(ext, False) for ext in DIRECTORY.agents)]
    audiences = [Audience(viewer, picture) for viewer in viewers]
    there, away = [Checked() for _ in viewers], [Checked() for _ in viewers]
    for audience, first, second in zip(audiences, there, away, strict=True):
        first.offer(picture.snapshot(audience.viewer, NOON))
        second.offer(picture.snapshot(audience.viewer, NOON))
        audience.listeners.add(first)
    for event in events:
        picture.fold(floor.apply(event))
        if (step := picture.take_step()) is not None:
            for audience in audiences:
                audience.follow(step)
    for viewer, first, second in zip(viewers, there, away, strict=True):
        missed = picture.since(viewer, second.epoch or "", second.seq, NOON)
        assert missed is not None
        second.offer(missed)
        assert first.state == second.state == shown(picture, viewer)


def test_a_floor_in_trouble_and_a_looked_up_caller_have_the_promised_shapes() -> None:
    floor = Floor(DIRECTORY, epoch="e", now=NOON)
    past = PastContact("a", NOON, "inbound", None, None, None, 1.5, None, None)
    record = CallerRecord(Match.FOUND, "138", (card(1),), None, (past,))
    for event in (
        ev.LinkUp(at=NOON, asterisk_version="22"),
        ev.CallStarted(at=NOON, call_id="rd-1"),
        ev.CallerIdentified(at=NOON, call_id="rd-1", number_e164="+86138", record=record),
        ev.GapOpened(at=NOON, reason="restart"),
        ev.LinkDown(at=NOON, reason="gone"),
        ev.StorageTrouble(at=NOON, reason="disk full", spooled=3),
        ev.RecordingsLost(at=NOON, count=2),
        ev.GapClosed(at=NOON, since=NOON, recovered=True),
    ):
        floor.apply(event)
    State.model_validate_json(json.dumps(state(floor.snapshot(NOON))))


@pytest.mark.parametrize("frame", [phone_order("answer", "rd-1"), *map(phone_owner, PhoneOwner)])
def test_messages_about_the_phone_have_the_promised_shapes(frame: Frame) -> None:
    SERVER_MESSAGE.validate_json(frame.text)
