"""Takes finished recordings from where Asterisk writes them into the store; can be stopped at any moment."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from storage.database import Database
from storage.faults import SENTENCES, Fault, fault_of
from storage.recordings.combine import CannotCombine, StereoFile, combine
from storage.recordings.names import SIDES, RecordingName, parse
from storage.recordings.store import RecordingStore, sync_folder
from storage.repositories.calls import Calls
from storage.repositories.recordings import Recordings
from storage.tables import Call, Leg, Recording

log = structlog.get_logger(__name__)

# Asterisk closes a file a moment after the call's end is known.
SETTLED_AFTER = timedelta(seconds=2)
# A call that nobody recorded: by then the comparison with Asterisk's own records would have brought it.
ORPHAN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class IngestReport:
    """What one run did: names of recordings stored, how many are not finished, what went wrong."""

    stored: list[str] = field(default_factory=list)
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


async def ingest(store: RecordingStore, database: Database, *, now: datetime) -> IngestReport:
    """Store every finished recording. Safe to repeat, and to be killed between any two steps.

    The stereo file is written under another name, gets its own when it is whole on the disk, then the row is
    written, and only then Asterisk's files go. What fails stays where it is and is named in the report.
    """
    report = IngestReport()
    incoming = await asyncio.to_thread(_incoming, store)
    # One question for all of them: it is asked every few seconds while they are being written.
    async with database.session() as session:
        ended = await Calls(session).whether_ended([name.call_id for name in incoming])
    for name, sides in sorted(incoming.items()):
        if not _finished(sides, ended.get(name.call_id), now):
            report.waiting += 1
            continue
        try:
            if await _ingest_one(store, database, name, sides):
                report.stored.append(name.stem)
        except CannotCombine as problem:
            log.error("recording set aside", recording=name.stem, problem=str(problem))
            await asyncio.to_thread(_set_aside, store, sides)
            report.problems.append(f"{name.stem} was set aside: {problem}")
        except Exception as problem:
            # Whatever it is, it must not keep the other recordings from being stored.
            log.error("recording not stored", recording=name.stem, problem=repr(problem))
            fault = fault_of(problem)
            report.problems.append(f"{name.stem} is not stored: {_sentence(fault, problem)}")
            if fault is Fault.FULL:
                break
    return report


async def _ingest_one(
    store: RecordingStore,
    database: Database,
    name: RecordingName,
    sides: Mapping[str, Path],
) -> bool:
    """True when there was sound to store."""
    async with database.session() as session:
        call = await Calls(session).by_id(name.call_id)
        known = await Recordings(session).by_name(name.call_id, name.stint, name.part)
    if known is not None and len(sides) < len(SIDES) and await _is_whole(store, known):
        # What a death between the two deletions left behind.
        _delete(sides)
        return False
    last_written = _last_written(sides)
    path = store.path_for(name, call.started_at if call else last_written)
    target = store.locate(path)
    draft = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = await asyncio.to_thread(combine, sides, draft)
    if made is not None:
        if known is not None and known.sha256 != made.sha256:
            draft.unlink()
            raise FileExistsError(f"another recording is stored under this name: {known.path}")
        await asyncio.to_thread(_publish, draft, target)
        row = _row(name, path, made, call, last_written)
        async with database.transaction() as session:
            await Recordings(session).add_once(row)
    _delete(sides)
    return made is not None


def _incoming(store: RecordingStore) -> dict[RecordingName, dict[str, Path]]:
    """The plain files with a name of ours, by recording and side."""
    found: dict[RecordingName, dict[str, Path]] = defaultdict(dict)
    if store.incoming.is_dir():
        for path in store.incoming.iterdir():
            parsed = parse(path.name)
            if parsed is not None and path.is_file() and not path.is_symlink():
                found[parsed[0]][parsed[1]] = path
    return found


def _finished(sides: Mapping[str, Path], call_ended: bool | None, now: datetime) -> bool:
    """`call_ended` is None for a call that is not recorded."""
    quiet_for = now - _last_written(sides)
    if call_ended is None:
        return quiet_for >= ORPHAN_AFTER
    return call_ended and quiet_for >= SETTLED_AFTER


def _last_written(sides: Mapping[str, Path]) -> datetime:
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in sides.values()), UTC)


def _row(
    name: RecordingName, path: str, made: StereoFile, call: Call | None, last_written: datetime
) -> Recording:
    started_at = last_written - timedelta(seconds=made.length_s)
    leg = _leg_of(name, call, started_at, last_written)
    stint = next((s for s in call.stints if s.no == name.stint), None) if call else None
    return Recording(
        call_id=name.call_id,
        stint=name.stint,
        part=name.part,
        agent=leg.agent if leg else None,
        queue=stint.queue if stint else (leg.queue if leg else None),
        path=path,
        started_at=leg.started_at if leg else started_at,
        length_s=made.length_s,
        size=made.size,
        sha256=made.sha256,
        channels=made.channels,
        state="stored",
    )


def _leg_of(name: RecordingName, call: Call | None, started_at: datetime, ended_at: datetime) -> Leg | None:
    """The conversation that was recorded: of the same stay in a queue, and the one longest under way then."""
    if call is None:
        return None
    in_queue = name.stint > 0 and name.part == 0
    legs = [leg for leg in call.legs if (leg.stint == name.stint if in_queue else leg.stint is None)]
    return max(legs or call.legs, key=lambda leg: _overlap(leg, started_at, ended_at), default=None)


def _overlap(leg: Leg, started_at: datetime, ended_at: datetime) -> timedelta:
    return min(leg.ended_at or ended_at, ended_at) - max(leg.started_at, started_at)


def _publish(draft: Path, target: Path) -> None:
    os.replace(draft, target)
    sync_folder(target.parent)


async def _is_whole(store: RecordingStore, recording: Recording) -> bool:
    return await asyncio.to_thread(store.state_of, recording) == "stored"


def _delete(sides: Mapping[str, Path]) -> None:
    for side in sides.values():
        side.unlink(missing_ok=True)


def _set_aside(store: RecordingStore, sides: Mapping[str, Path]) -> None:
    """Out of the way of the next run, but not lost."""
    store.unreadable.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sides.values():
        os.replace(path, store.unreadable / path.name)


def _sentence(fault: Fault, problem: Exception) -> str:
    return SENTENCES[fault] if fault is Fault.FULL else str(problem)
