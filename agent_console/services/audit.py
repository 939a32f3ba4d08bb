"""The audit of what is asked over HTTP: who the actor is, and which errors are refusals."""

from agent_console.auth.sessions import SignedIn
from agent_console.auth.throttle import TooManyAttempts
from agent_console.http.problems import Problem
from cti.control.commands import Refused, Unanswered
from office.audit import Actor, Result, Via, failure


def actor_of(who: SignedIn, address: str) -> Actor:
    """The user of a session, at this address."""
    return Actor(who.user_id, ip=address, via=Via.CONSOLE, extension=who.ext)


def verdict(problem: Exception) -> tuple[Result, str]:
    """What Asterisk left unanswered it may have done; the rest that comes with a code was refused."""
    match problem:
        case Unanswered(code=code):
            return Result.FAILED, code
        case Refused(code=code) | Problem(code=code):
            return Result.REFUSED, code
        case TooManyAttempts():
            return Result.REFUSED, "too_many_attempts"
    return failure(problem)
