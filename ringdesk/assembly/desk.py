"""What follows agents and their phones: screen pop, after-call work, pauses, sign-off, lost phones."""

from collections.abc import Sequence
from datetime import datetime

from cti.ami.questions import is_registered
from cti.callers import StoredCallers
from cti.directory import phone_withdrawn_at
from cti.line_alarm import LineAlarm
from cti.pauses import Pauses
from cti.phone_guard import PhoneGuard
from cti.screen_pop import ScreenPop
from cti.sign_off import SignOff
from cti.silent_phones import SilentPhones
from cti.wrap_up import WrapUp
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import OK, Check, Part
from ringdesk.assembly.telephony import Line
from ringdesk.checks.line_out import line_history


def build(core: Core, line: Line) -> Sequence[Part]:
    """What came of the newest calls out is loaded before any part runs."""
    port, control, desk = line.port, line.control, core.settings.desk
    callers = StoredCallers(core.database.desk, core.settings.crm.home_region)
    alarm = LineAlarm(port, core.clock)

    async def resume_alarm() -> None:
        alarm.history = await line_history(core.database, core.started_at)

    async def registered(extension: str) -> bool:
        return await is_registered(line.link, extension)

    async def withdrawn_at(extension: str) -> datetime | None:
        since = core.installation.phones_secret_since()
        own = await phone_withdrawn_at(core.database, extension)
        return max(since, own) if own is not None else since

    return (
        Part("screen pop", ScreenPop(port, callers, core.clock).run),
        Part("after-call work", WrapUp(port, core.clock).run),
        Part("pauses", Pauses(port, control.pauses).run),
        Part("sign-off", SignOff(port, grace_s=desk.sign_off_grace_s).run),
        Part(
            "line out",
            alarm.run,
            load=resume_alarm,
            health=lambda: (Check("line out", alarm.trouble or OK),),
        ),
        Part("lost phones", PhoneGuard(port, core.bus, control, registered, withdrawn_at).run),
        Part(
            "silent phones",
            SilentPhones(core.live, control, line.link, lost_after_s=desk.silence_s, clock=core.clock).run,
        ),
    )
