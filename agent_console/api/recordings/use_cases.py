"""Listening to a recording, which is noted before the first byte goes out, or it does not go out."""

from pathlib import Path

from agent_console.api.recordings import queries
from agent_console.auth.sessions import SignedIn
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from office.audit import Act, Actor
from storage.tables import Recording


async def listen(parts: Services, actor: Actor, who: SignedIn, recording_id: int, reason: str) -> Path:
    """The file with the sound. A player asks for it in many pieces: one listening is noted once.

    Raises Problem when there is no such recording for this user, or no sound of it any more.
    """
    now, store, object = parts.deps.clock(), parts.deps.recordings, f"recording:{recording_id}"
    if parts.noted_once.is_noted(who.token_hash, object, now):
        return _file_of(await queries.recording(parts, recording_id, who), store)
    act = Act("recording_listen", object, {"reason": reason} if reason else {})
    async with parts.audit.transaction(actor, act) as session:
        path = _file_of(await queries.audible(session, recording_id, who), store)
    parts.noted_once.noted(who.token_hash, object, now)
    return path


def _file_of(row: Recording, store: Path) -> Path:
    """The file inside the store. A path that leads out of it, by dots or by a link, is no recording."""
    root = store.resolve()
    path = (root / row.path).resolve()
    if row.state != "stored" or not path.is_relative_to(root) or not path.is_file():
        raise Problem(410, "recording_gone", "The sound of this recording is not in the store any more.")
    return path
