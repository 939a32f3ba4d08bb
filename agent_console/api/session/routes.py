"""Sign-in, sign-out, and what the console must know about its user."""

from fastapi import APIRouter, Request, Response

from agent_console.api.common.access import COOKIE, From, Parts, User
from agent_console.api.session import queries
from agent_console.api.session.shapes import Credentials, HotlineAnswer, Me, PhoneAnswer, UserAnswer
from agent_console.auth.passwords import TooBusy
from agent_console.auth.sessions import SignedIn, hash_token
from agent_console.auth.sign_in import WrongCredentials
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from cti.domain.pauses import PAUSE_REASONS
from office.rules.roles import Privilege

router = APIRouter(tags=["session"])


@router.post("/session")
async def sign_in(body: Credentials, request: Request, response: Response, parts: Parts, visitor: From) -> Me:
    """Sign in. A wrong login and a wrong password get the same answer after the same time."""
    try:
        token, who = await parts.front_desk.sign_in(body.login, body.password, visitor)
    except WrongCredentials:
        raise Problem(401, "wrong_credentials", "Login or password is wrong.") from None
    except TooBusy:
        detail = "Many people sign in right now; try again in a moment."
        raise Problem(503, "busy", detail, headers={"Retry-After": "2"}) from None
    if visitor.token is not None:
        parts.hub.revoke(hash_token(visitor.token))
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )
    return await _me(parts, who, request)


@router.get("/session")
async def current_session(request: Request, parts: Parts, who: User) -> Me:
    """Who is signed in."""
    return await _me(parts, who, request)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, parts: Parts, who: User, visitor: From) -> None:
    """End this session everywhere: its cookie is worthless at once and its live connections are closed."""
    await parts.front_desk.sign_out(who, visitor)
    parts.hub.revoke(who.token_hash)
    response.delete_cookie(
        COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )


async def _me(parts: Services, who: SignedIn, request: Request) -> Me:
    phone = None
    if who.ext is not None and who.terms.phone_in_browser:
        access = parts.deps.phone.access(who.ext, who.phone_epoch, request.headers.get("host", ""))
        phone = PhoneAnswer.of(access, changed_by=who.phone_epoch_why)
    return Me(
        user=UserAnswer.of(who, id=who.user_id),
        agent=who.ext,
        csrf=who.csrf,
        phone=phone,
        privileges=[privilege for privilege in Privilege if who.may(privilege)],
        pauses=list(PAUSE_REASONS),
        dispositions=list(parts.deps.settings.dispositions),
        hotlines=[HotlineAnswer.of(it) for it in await queries.hotlines(parts)],
        version=parts.deps.version,
        time_zone=str(parts.deps.timezone),
    )
