"""Who a request comes from and what it may do: the dependencies that every route names."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie

from agent_console.auth.sessions import SignedIn
from agent_console.auth.sign_in import Visitor
from agent_console.http.guard import SAFE_METHODS
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services, services_of
from agent_console.services.audit import actor_of
from office.audit import Act
from office.rules.roles import Privilege

COOKIE = "ringdesk_session"
CSRF_HEADER = "X-CSRF-Token"
# Addresses of ours hold numbers and codes; whatever else somebody writes there need not be kept whole.
MOST_OF_A_PATH = 100

_cookie = APIKeyCookie(
    name=COOKIE, scheme_name="Session", auto_error=False, description="Set by POST /api/v1/session."
)


def services(request: Request) -> Services:
    """The parts of the application."""
    return services_of(request)


Parts = Annotated[Services, Depends(services)]
Token = Annotated[str | None, Security(_cookie)]


async def signed_in(request: Request, parts: Parts, token: Token) -> SignedIn:
    """The user; for whatever changes something the request must also prove that our own page made it."""
    return await _proven(request, parts, await parts.sessions.find(token) if token else None)


async def signed_in_at_once(request: Request, parts: Parts, token: Token) -> SignedIn:
    """As `signed_in`, for commands: they do not wait for a database that is late."""
    return await _proven(request, parts, await parts.sessions.find_at_once(token) if token else None)


async def _proven(request: Request, parts: Services, who: SignedIn | None) -> SignedIn:
    if who is None:
        raise Problem(401, "not_signed_in", "Sign in first.")
    if request.method not in SAFE_METHODS:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), who.csrf.encode()):
            await _note_refusal(request, parts, who, "request", "bad_csrf")
            raise Problem(403, "bad_csrf", f"The header {CSRF_HEADER} does not belong to this session.")
    return who


def require(privilege: Privilege) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency that lets only those pass whose role grants the privilege; the audit names the others."""

    async def allowed(
        request: Request, parts: Parts, who: Annotated[SignedIn, Depends(signed_in)]
    ) -> SignedIn:
        if not who.may(privilege):
            await _note_refusal(request, parts, who, privilege, "forbidden")
            raise Problem(403, "forbidden", "Your role does not allow this.")
        return who

    return allowed


@dataclass(frozen=True, slots=True)
class PhoneUser:
    """A user who has an extension."""

    user: SignedIn
    ext: str


async def with_phone(
    request: Request, parts: Parts, who: Annotated[SignedIn, Depends(signed_in)]
) -> PhoneUser:
    """Lets only those pass who have an extension."""
    return await _at_their_phone(request, parts, who)


async def commanding(
    request: Request, parts: Parts, who: Annotated[SignedIn, Depends(signed_in_at_once)]
) -> PhoneUser:
    """Lets only those command calls who have an extension."""
    return await _at_their_phone(request, parts, who)


async def _at_their_phone(request: Request, parts: Services, who: SignedIn) -> PhoneUser:
    if who.ext is None:
        await _note_refusal(request, parts, who, "phone", "not_an_agent")
        raise Problem(403, "not_an_agent", "Your user has no phone.")
    return PhoneUser(who, who.ext)


async def _note_refusal(request: Request, parts: Services, who: SignedIn, action: str, why: str) -> None:
    act = Act(action, request.url.path[:MOST_OF_A_PATH])
    await parts.audit.refused(actor_of(who, visitor(request).address), act, why)


def visitor(request: Request) -> Visitor:
    """Where the request comes from."""
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", ""), request.cookies.get(COOKIE))


User = Annotated[SignedIn, Depends(signed_in)]
Agent = Annotated[PhoneUser, Depends(with_phone)]
Commander = Annotated[PhoneUser, Depends(commanding)]
AgentSignOuter = Annotated[SignedIn, Depends(require(Privilege.SIGN_OUT_AGENTS))]
TestCaller = Annotated[SignedIn, Depends(require(Privilege.PLACE_TEST_CALLS))]
CustomerReader = Annotated[SignedIn, Depends(require(Privilege.SEE_CUSTOMERS))]
RefusedCallReader = Annotated[SignedIn, Depends(require(Privilege.SEE_REFUSED_CALLS))]
From = Annotated[Visitor, Depends(visitor)]
