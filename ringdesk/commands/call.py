"""`ringdesk call`: places a real test call, which comes in by the trunk like any caller's."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from ringdesk.commands.users import Language
from ringdesk.problem import Problem

if TYPE_CHECKING:
    from cti.ami.action import AmiAction
    from cti.settings import AmiSettings
    from ringdesk.installation.installation import Installation

_ANSWER_WITHIN_S = 35.0
_FROM = "The caller's number, or anonymous."
_KEYS = "Keys to press in the menu, each after its prompt."
_SECONDS = "How long the caller stays at most."


def call(
    number: Annotated[str, typer.Argument(help="The hotline to call, such as 4001.")],
    from_number: Annotated[str, typer.Option("--from", help=_FROM)] = "+8613800138000",
    keys: Annotated[str, typer.Option(help=_KEYS)] = "",
    seconds: Annotated[int, typer.Option(help=_SECONDS)] = 600,
    language: Annotated[Language, typer.Option(help="What the caller speaks.")] = Language.CHINESE,
) -> None:
    """Place a real test call with SIP and sound; it needs neither root nor another tool."""
    from asterisk_conf.secrets import mark_of_test_calls
    from asterisk_conf.test_call import test_call_action
    from ringdesk.installation.installation import Installation
    from ringdesk.logs.pipeline import configure

    installation = Installation.open()
    configure("warning", file=installation.home.log / "commands.log")
    try:
        mark = mark_of_test_calls(installation.secrets.machine("phones"))
        own_id = f"ringdesk-call-{uuid4().hex}"
        action = test_call_action(
            number, from_number, keys, mark=mark, language=language, seconds=seconds, channel_id=own_id
        )
    except ValueError as error:
        raise Problem(str(error)) from None
    asyncio.run(_call(installation, number, action, own_id))
    print(f"{number} answered the call from {from_number}; watch it at {installation.settings.console_url}")


async def _call(installation: "Installation", number: str, action: "AmiAction", own_id: str) -> None:
    from asterisk_conf.routing import routing_of
    from office.audit import Act, AuditTrail
    from ringdesk.operator import operator, verdict

    async with installation.open_database() as database:
        hotlines = [hotline.number for hotline in (await routing_of(database)).hotlines]
        if not hotlines:
            raise Problem(
                "there are no hotlines; scripts/up makes those of the demo at the first start, and "
                "`ringdesk demo add` brings them back"
            )
        if number not in hotlines:
            raise Problem(f"{number} is not a hotline; the hotlines are: {', '.join(hotlines)}")
        if not (await installation.asterisk(installation.plain_spec()).status()).running:
            raise Problem("Asterisk does not run; start it with: scripts/up")
        trail = AuditTrail(database, lambda: datetime.now(UTC), verdict)
        async with trail.attempt(operator(), Act("test_call", f"hotline:{number}")):
            await _place(installation.ami(), action, own_id)


async def _place(settings: "AmiSettings", action: "AmiAction", own_id: str) -> None:
    """Returns when the hotline has answered. Raises Problem when it did not, or when Asterisk is away."""
    from cti.ami.originated import ORIGINATED, Originated
    from ringdesk.installation.ami_session import ami_session

    call = Originated(own_id)
    async with ami_session(settings, wanted=ORIGINATED, on_event=call.take) as link:
        reply = await link.action(action.headers)
        if not reply.success:
            raise Problem(f"Asterisk refused the test call: {reply.message}")
        try:
            answered = await call.answered(within_s=_ANSWER_WITHIN_S)
        except TimeoutError:
            raise Problem(f"nobody answered the test call within {_ANSWER_WITHIN_S:g} s") from None
    if not answered:
        raise Problem(
            "the test call was not answered; like any caller it hears the busy tone when there are as many "
            "calls as asterisk.limits allows. See `ringdesk status`"
        )
