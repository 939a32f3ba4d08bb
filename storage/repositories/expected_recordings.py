"""The rows of recordings that Asterisk began: each stays until its file is stored or known to be lost."""

from collections.abc import Iterable, Iterator
from typing import Any

import structlog

from storage.recordings.names import parse_stem
from storage.recordings.store import path_of
from storage.records import CallRecord
from storage.tables import RecordingState

log = structlog.get_logger(__name__)


def expected_recordings(calls: Iterable[CallRecord]) -> Iterator[dict[str, Any]]:
    """A row for each, with the path that its file will have."""
    for call in calls:
        for begun in call.recordings:
            name = parse_stem(begun.stem)
            if name is None or name.call_id != call.id:
                log.error("recording with a strange name", call=call.id)
                continue
            yield {
                "call_id": call.id,
                "stint": name.stint,
                "part": name.part,
                "agent": name.agent,
                "path": path_of(name, call.started_at),
                "started_at": begun.started_at,
                "length_s": 0.0,
                "size": 0,
                "sha256": "",
                "channels": 2,
                "state": RecordingState.EXPECTED.value,
            }
