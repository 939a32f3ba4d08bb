"""Whether the calls that agents dial leave by the line, going by what came of the newest ones."""

from datetime import datetime, timedelta

from asterisk_conf.checks.finding import Level
from cti.domain.dialling import DialResult
from cti.domain.line import REMEMBERED, LineHistory
from ringdesk.checks.finding import Finding
from storage.database import Database
from storage.repositories.calls import Calls

DAY = timedelta(days=1)
NAME = "Line out"

# What the calls came to, and what helps.
_WORDS = {
    DialResult.CONGESTION: ("the line has no room or a fault", "ask the carrier, with the time of the call"),
    DialResult.NO_ROUTE: (
        "there is no way to the number",
        "see that host and port of the first trunk are right, and how the carrier wants numbers written",
    ),
    DialResult.LINE_SILENT: (
        "the carrier's side does not answer",
        "see that this machine reaches host and port of the first trunk: network, firewall, carrier",
    ),
    DialResult.LINE_REFUSED: (
        "the carrier refuses the call",
        "see user, password and caller_number of the first trunk, and the account at the carrier",
    ),
}


async def line_history(database: Database, now: datetime) -> LineHistory:
    """What came of the newest calls out of the last day."""
    history = LineHistory()
    async with database.session() as session:
        history.resume(await Calls(session).dialled(now - DAY, REMEMBERED))
    return history


async def line_out(database: Database, now: datetime) -> Finding:
    """A warning when the newest calls failed by the line, several in a row."""
    streak = (await line_history(database, now)).streak()
    if streak is None:
        return Finding(NAME, Level.OK, "no calls that failed by the line, several in a row")
    what, cure = _WORDS[streak.result]
    since = streak.since.astimezone()
    detail = f"the last {streak.count} calls failed since {since:%Y-%m-%d %H:%M:%S}: {what}"
    return Finding(NAME, Level.WARN, detail, cure)
