"""The row of one recording, from its name, its call and its file: stored, or lost and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.recordings.combine import StereoFile
from storage.recordings.legs import leg_recorded
from storage.recordings.names import RecordingName
from storage.recordings.store import path_of
from storage.tables import Call, Leg, Recording, RecordingState


@dataclass(frozen=True, slots=True)
class Draft:
    """`call` is None while nothing is known of it, `began` (Asterisk's mark) when it made none."""

    name: RecordingName
    call: Call | None
    began: datetime | None
    ended: datetime

    @property
    def path(self) -> str:
        """Where in the store the file belongs."""
        return path_of(self.name, self.call.started_at if self.call else self.ended)

    def stored(self, made: StereoFile) -> Recording:
        """The row of a file that is in its place."""
        began = self.ended - timedelta(seconds=made.length_s)
        row = self._row(RecordingState.STORED, self._leg(self.began or began), began)
        row.length_s, row.size, row.sha256, row.channels = (
            made.length_s,
            made.size,
            made.sha256,
            made.channels,
        )
        return row

    def lost(self, state: RecordingState) -> Recording | None:
        """The row of a conversation without a recording; None where there was no conversation."""
        began = self.began or self.ended
        leg = self._leg(began)
        return self._row(state, leg, began) if leg is not None else None

    def _leg(self, began: datetime) -> Leg | None:
        return leg_recorded(self.call.legs, self.name.agent, began, self.ended) if self.call else None

    def _row(self, state: RecordingState, leg: Leg | None, began: datetime) -> Recording:
        return Recording(
            call_id=self.name.call_id,
            stint=self.name.stint,
            part=self.name.part,
            agent=leg.agent if leg else self.name.agent,
            queue=leg.queue if leg else None,
            path=self.path,
            started_at=leg.started_at if leg else began,
            length_s=0.0,
            size=0,
            sha256="",
            channels=2,
            state=state.value,
        )
