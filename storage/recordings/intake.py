"""Takes finished recordings from where Asterisk writes them into the store; can be stopped at any moment."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from storage.faults import SENTENCES, Fault, fault_of
from storage.pools import Connections
from storage.recordings.combine import CannotCombine, StereoFile, combine
from storage.recordings.losses import note_missing
from storage.recordings.names import SIDES, RecordingName, parse
from storage.recordings.rows import Draft
from storage.recordings.store import RecordingStore, sync_folder
from storage.repositories.calls import Calls
from storage.repositories.recordings import Recordings
from storage.tables import Recording, RecordingState

log = structlog.get_logger(__name__)

# Asterisk closes a file a moment after the call's end is known.
SETTLED_AFTER = timedelta(seconds=2)
# A call that nobody recorded: by then the comparison with Asterisk's own records would have brought it.
ORPHAN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class IngestReport:
    """What one run did: names of recordings stored and of those now known to be lost, how many are not
    finished, what went wrong."""

    stored: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


async def ingest(store: RecordingStore, connections: Connections, *, now: datetime) -> IngestReport:
    """Store every finished recording. Safe to repeat, and to be killed between any two steps.

    The stereo file is written under another name, gets its own when it is whole on the disk, then the row is
    written, and only then Asterisk's files go. What fails stays where it is and is named in the report. A
    conversation that should have been recorded and of which there is no sound leaves a row that says so.
    """
    report = IngestReport()
    incoming = await asyncio.to_thread(_incoming, store)
    # One question for all of them: it is asked every few seconds while they are being written.
    async with connections.session() as session:
        ended = await Calls(session).whether_ended([name.call_id for name in incoming])
    for name, sides in sorted(incoming.items()):
        if not _finished(sides, ended.get(name.call_id), now):
            report.waiting += 1
            continue
        try:
            await _ingest_one(Finished(store, connections, name, sides), report)
        except Exception as problem:
            # Whatever it is, it must not keep the other recordings from being stored.
            log.error("recording not stored", recording=name.stem, problem=repr(problem))
            fault = fault_of(problem)
            report.problems.append(f"{name.stem} is not stored: {_sentence(fault, problem)}")
            if fault is Fault.FULL:
                break
    report.lost += await note_missing(connections, incoming.keys(), now=now)
    return report


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording that Asterisk has closed, in one file for each side."""

    store: RecordingStore
    connections: Connections
    name: RecordingName
    sides: Mapping[str, Path]


async def _ingest_one(it: Finished, report: IngestReport) -> None:
    async with it.connections.session() as session:
        call = await Calls(session).by_id(it.name.call_id)
        known = await Recordings(session).by_name(it.name)
    stored = known if known is not None and known.state == RecordingState.STORED else None
    if stored is not None and len(it.sides) < len(SIDES) and await _is_whole(it.store, stored):
        # What a death between the two deletions left behind.
        _delete(it.sides)
        return
    ended = _last_written(it.sides)
    draft = Draft(it.name, call, known.started_at if known else None, ended)
    try:
        made = await _combined(it, draft.path, stored)
    except CannotCombine as problem:
        log.error("recording set aside", recording=it.name.stem, problem=str(problem))
        await asyncio.to_thread(_set_aside, it.store, it.sides)
        report.problems.append(f"{it.name.stem} was set aside: {problem}")
        if stored is None:
            await _keep(it.connections, draft.lost(RecordingState.UNREADABLE), report)
        return
    if made is not None:
        await _keep(it.connections, draft.stored(made), report)
    elif stored is None:
        await _keep(it.connections, draft.lost(RecordingState.NO_SOUND), report)
    _delete(it.sides)


async def _keep(connections: Connections, row: Recording | None, report: IngestReport) -> None:
    """None where nobody spoke: a phone that was answered when the caller was gone already."""
    if row is None:
        return
    async with connections.transaction() as session:
        await Recordings(session).put(row)
    stem = row.path.rpartition("/")[2].removesuffix(".wav")
    if row.state == RecordingState.STORED:
        report.stored.append(stem)
    else:
        log.error("recording lost", recording=stem, reason=row.state)
        report.lost.append(stem)


async def _combined(it: Finished, path: str, stored: Recording | None) -> StereoFile | None:
    """The stereo file in its place, None without sound. Raises CannotCombine, OSError, FileExistsError."""
    target = it.store.locate(path)
    draft = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = await asyncio.to_thread(combine, it.sides, draft)
    if made is None:
        return None
    if stored is not None and stored.sha256 != made.sha256:
        draft.unlink()
        raise FileExistsError(f"another recording is stored under this name: {stored.path}")
    await asyncio.to_thread(_publish, draft, target)
    return made


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
