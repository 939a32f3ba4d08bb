"""Calls of the last day that did not come in: how many, why, and what helps."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from asterisk_conf.checks.finding import Level
from cti.domain.refusals import RefusalCause
from ringdesk.checks.finding import Finding
from storage.database import Database
from storage.repositories.refused_calls import RefusalTotal, RefusedCalls

DAY = timedelta(days=1)
_LIMITS = "if these were real callers: raise {setting}, and look whether the machine carries it"

# What kept them away, and what helps.
_WORDS: Mapping[RefusalCause, tuple[str, str]] = {
    RefusalCause.NUMBER_LIMIT: (
        "too many at once from one number",
        _LIMITS.format(setting="asterisk.limits.calls_per_number"),
    ),
    RefusalCause.TRUNK_LIMIT: (
        "too many at once by this trunk",
        _LIMITS.format(setting="asterisk.limits.calls_per_trunk, or max_calls of the trunk"),
    ),
    RefusalCause.RATE_LIMIT: (
        "too many in one second",
        _LIMITS.format(setting="asterisk.limits.new_calls_a_second"),
    ),
    RefusalCause.CALL_LIMIT: (
        "too many at once in all",
        _LIMITS.format(setting="asterisk.limits.calls"),
    ),
    RefusalCause.FULL: ("Asterisk itself was full", "see whether the machine is overloaded"),
    RefusalCause.UNKNOWN_NUMBER: (
        "the number called is no hotline here",
        "compare the number that the carrier sends with the hotlines",
    ),
    RefusalCause.CODEC: (
        "no codec that we understand",
        "have the carrier send G.711 (PCMA or PCMU) or Opus",
    ),
    RefusalCause.ENCRYPTED: (
        "encrypted sound only",
        "have the carrier send plain RTP, which is what a trunk here understands",
    ),
    RefusalCause.NO_SOUND: (
        "no free port for the sound",
        "widen asterisk.rtp_first to asterisk.rtp_last, or lower asterisk.limits.calls",
    ),
    RefusalCause.STRANGER: (
        "from an address that belongs to no trunk, or without proof of who they are",
        "if it is the carrier's, add it to matches of the trunk; strangers are a firewall's business",
    ),
    RefusalCause.FORGED: (
        "a caller's number that tries to write into our protocols",
        "nothing came of it; if it goes on, tell the carrier the time and the trunk",
    ),
    RefusalCause.OTHER: ("refused by Asterisk for another reason", "see the list in the console"),
}


async def refused_calls(database: Database, now: datetime) -> Sequence[Finding]:
    """One finding a cause and trunk; one that says so when there are none."""
    async with database.session() as session:
        totals = await RefusedCalls(session).totals(now - DAY)
    if not totals:
        return [Finding("Refused calls", Level.OK, "none in the last 24 hours")]
    return [_finding(total) for total in totals]


def _finding(total: RefusalTotal) -> Finding:
    what, cure = _WORDS[RefusalCause(total.cause)]
    line = f" by {total.trunk}" if total.trunk else ""
    last = total.last_at.astimezone()
    detail = f"{total.count} of the last 24 hours{line}: {what}; the last one at {last:%H:%M:%S}"
    return Finding("Refused calls", Level.WARN, detail, cure)
