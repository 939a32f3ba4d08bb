"""Which console of an agent has the phone: the last that claimed it; all of the agent's consoles are told."""

from collections.abc import Callable
from datetime import datetime

from agent_console.gateway import protocol
from agent_console.gateway.protocol import PhoneOwner, PhoneReport
from agent_console.gateway.session import Session
from cti.domain.events import Event, PhoneReported, Source


class Phones:
    """Phone ownership by extension."""

    def __init__(self, observe: Callable[[Event], object]) -> None:
        self._observe = observe
        self._consoles: dict[str, list[Session]] = {}
        self._owners: dict[str, Session] = {}

    def joined(self, session: Session) -> bool:
        """A console greeted; True when it is the agent's first one. It is told who has the phone."""
        ext = session.viewer.ext
        if ext is None:
            return False
        consoles = self._consoles.setdefault(ext, [])
        consoles.append(session)
        self._tell(ext, session)
        return len(consoles) == 1

    def left(self, session: Session) -> bool:
        """A console went away; True when it was the agent's last one."""
        ext = session.viewer.ext
        consoles = self._consoles.get(ext or "", [])
        if ext is None or session not in consoles:
            return False
        consoles.remove(session)
        self._release(ext, session)
        if not consoles:
            del self._consoles[ext]
        return not consoles

    def reported(self, session: Session, report: PhoneReport, at: datetime) -> None:
        """A console told the state of its phone."""
        ext = session.viewer.ext
        if ext is None:
            return
        if not report.owner:
            self._release(ext, session)
            return
        if self._owners.get(ext) is not session:
            self._owners[ext] = session
            self._tell_all(ext)
        self._observe(PhoneReported(at=at, source=Source.SERVICE, agent=ext, muted=report.muted))

    def order(self, ext: str, do: str, call_id: str) -> bool:
        """Pass an instruction to the console with the agent's phone; False when there is none."""
        owner = self._owners.get(ext)
        if owner is None:
            return False
        owner.offer(protocol.phone_order(do, call_id))
        return True

    def _release(self, ext: str, session: Session) -> None:
        if self._owners.get(ext) is session:
            del self._owners[ext]
            self._tell_all(ext)

    def _tell_all(self, ext: str) -> None:
        for session in self._consoles.get(ext, ()):
            self._tell(ext, session)

    def _tell(self, ext: str, session: Session) -> None:
        owner = self._owners.get(ext)
        if owner is None:
            word = PhoneOwner.NOBODY
        else:
            word = PhoneOwner.YOU if owner is session else PhoneOwner.ANOTHER
        session.offer(protocol.phone_owner(word))
