"""Recordings: what they are, and their sound for those who may hear it; every listening is noted."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import FileResponse

from agent_console.api.common.access import From, Parts, User
from agent_console.api.common.fields import PlainText, RowId
from agent_console.api.recordings import queries, use_cases
from agent_console.api.recordings.shapes import RecordingAnswer
from agent_console.services.audit import actor_of

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
    return RecordingAnswer.of(await queries.recording(parts, recording_id, who))


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
    path = await use_cases.listen(parts, actor_of(who, visitor.address), who, recording_id, reason)
    kind = _KINDS.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, filename=path.name, content_disposition_type="inline")
