"""Recordings: what they are, and their sound for those who may hear it; every listening is noted."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import FileResponse

from agent_console.api.common.access import From, Parts, User
from agent_console.api.common.fields import PlainText, RowId
from agent_console.api.recordings.shapes import RecordingAnswer
from agent_console.auth.own_calls import spoke_in
from agent_console.auth.sessions import SignedIn
from agent_console.http.problems import Problem
from agent_console.services.audit import actor_of
from office.audit import Act
from office.rules.roles import Privilege
from storage.repositories.calls import Calls
from storage.repositories.recordings import Recordings
from storage.tables import Recording

router = APIRouter(tags=["recordings"])


# Not from the machine's own table, which differs from one to the next.
_KINDS = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
}


@router.get("/recordings/{recording_id}")
async def recording(recording_id: RowId, parts: Parts, who: User) -> RecordingAnswer:
    """What is known of a recording that the user may hear."""
    async with parts.deps.database.session() as session:
        return RecordingAnswer.model_validate(await _audible(session, recording_id, who))


@router.get(
    "/recordings/{recording_id}/audio",
    response_class=FileResponse,
    responses={
        200: {"description": "The sound.", "content": {"audio/*": {}}},
        206: {"description": "The part of it that was asked for.", "content": {"audio/*": {}}},
    },
)
async def audio(
    recording_id: RowId,
    parts: Parts,
    who: User,
    visitor: From,
    reason: Annotated[PlainText, Query(max_length=200)] = "",
) -> FileResponse:
    """The sound, also in parts (HTTP Range). Noted before the first byte goes out, or it does not go out."""
    now = parts.deps.clock()
    if parts.listenings.is_going_on(who.token_hash, recording_id, now):
        async with parts.deps.database.session() as session:
            path = await _sound(session, recording_id, who, parts.deps.recordings)
    else:
        act = Act("recording_listen", f"recording:{recording_id}", {"reason": reason} if reason else {})
        async with parts.audit.transaction(actor_of(who, visitor.address), act) as session:
            path = await _sound(session, recording_id, who, parts.deps.recordings)
        parts.listenings.began(who.token_hash, recording_id, now)
    kind = _KINDS.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, filename=path.name, content_disposition_type="inline")


async def _audible(session: AsyncSession, recording_id: int, who: SignedIn) -> Recording:
    """The recording, for a supervisor or for the agent whose voice is in it; for others it is not there."""
    row = await Recordings(session).by_id(recording_id)
    if row is not None and not who.may(Privilege.HEAR_ALL_RECORDINGS):
        call = await Calls(session).by_id(row.call_id)
        if call is None or not spoke_in(call, row, who):
            row = None
    if row is None:
        raise Problem(404, "not_found", "There is no such recording, or it is not yours to hear.")
    return row


async def _sound(session: AsyncSession, recording_id: int, who: SignedIn, store: Path) -> Path:
    return _file_of(await _audible(session, recording_id, who), store)


def _file_of(row: Recording, store: Path) -> Path:
    """The file inside the store. A path that leads out of it, by dots or by a link, is no recording."""
    root = store.resolve()
    path = (root / row.path).resolve()
    if row.state != "stored" or not path.is_relative_to(root) or not path.is_file():
        raise Problem(410, "recording_gone", "The sound of this recording is not in the store any more.")
    return path
