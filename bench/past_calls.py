"""Fills an empty database with years of past calls: python -m bench.past_calls URL [--calls 1000000].

The rows are made inside the database, from arithmetic on their number: the same ones every time, on SQLite
and on PostgreSQL, a million calls in a minute or two. Nothing is analysed afterwards, as after years of slow
growth.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import make_url

from storage.database import Database
from storage.tables import (
    Agent,
    AgentInterval,
    Base,
    Call,
    CallEventRow,
    CallStep,
    Contact,
    Customer,
    Leg,
    Number,
    Offer,
    Queue,
    Recording,
    Stint,
    TimelineEntry,
    User,
    WrapUp,
)

Execute = Callable[[str], Awaitable[object]]

BUSY_NUMBER = "+8613900005000"
BUSY_CALLS = 5000
CUSTOMERS = 50_000
CALLERS = 300_000
AGENTS = 60
QUEUES = ("service", "sales", "complaints", *(f"queue-{n:02}" for n in range(4, 13)))
# The last queue was closed after its first hundred calls: a filter that finds little, far back.
CLOSED_QUEUE = "closed"
DAYS = 3 * 365
ANSWERED = "fate >= 18"
EVENTS = (
    "call_entered",
    "caller_identified",
    "menu_step",
    "queue_entered",
    "agent_ringing",
    "call_answered",
    "call_ended",
)
# Two stays in queues; the agent of the first conversation passed the call on to the second.
TWO_STAYS = "fate >= 90"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database spells what the other one spells otherwise; `at` takes seconds since 1970."""

    at: Callable[[str], str]
    numbers: Callable[[int], str]


SQLITE = Dialect(
    at=lambda seconds: f"strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch') || '.250000'",
    numbers=lambda count: (
        "(WITH RECURSIVE c(n) AS"
        f" (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < {count - 1}) SELECT n FROM c)"
    ),
)
POSTGRES = Dialect(
    at=lambda seconds: f"to_timestamp({seconds}) + interval '250 milliseconds'",
    numbers=lambda count: f"(SELECT generate_series(0, {count - 1})::bigint AS n)",
)


def statements(dialect: Dialect, calls: int, newest: datetime, days: int) -> Iterator[str]:
    """What fills the tables, in order; everything hangs on the temporary table `past`."""
    yield from _office(dialect, newest)
    yield from _customers(dialect, newest)
    yield _past(dialect, calls, newest, timedelta(days=days).total_seconds())
    yield from _calls(dialect)
    yield from _parts(dialect)
    yield from _notes_and_sound(dialect)
    yield from _events(dialect)
    yield from _intervals(dialect)
    yield "DROP TABLE past"


def _office(dialect: Dialect, newest: datetime) -> Iterator[str]:
    now, numbers = dialect.at(str(int(newest.timestamp()))), f"{dialect.numbers(AGENTS)} AS numbers"
    for name in (*QUEUES, CLOSED_QUEUE):
        source = "(SELECT 1 AS one) AS row_of_its_own"
        yield _insert(Queue, source, name=f"'{name}'", title_zh=f"'{name}'", title_en=f"'{name}'")
    yield _insert(
        User,
        numbers,
        id="n + 1",
        login="'agent' || n",
        name="'坐席' || n",
        password_hash="'x'",
        role="'agent'",
        created_at=now,
    )
    yield _insert(Agent, numbers, extension="CAST(1001 + n AS TEXT)", user_id="n + 1")


def _customers(dialect: Dialect, newest: datetime) -> Iterator[str]:
    now, numbers = dialect.at(str(int(newest.timestamp()))), f"{dialect.numbers(CUSTOMERS)} AS numbers"
    firm = "n % 5 = 0"
    yield _insert(
        Customer,
        numbers,
        id="n + 1",
        kind=f"CASE WHEN {firm} THEN 'firm' ELSE 'person' END",
        name=f"CASE WHEN {firm} THEN '明远贸易' || n ELSE '王小明' || n END",
        name_en=f"CASE WHEN {firm} THEN 'Trading ' || n ELSE 'Wang ' || n END",
        created_at=now,
        updated_at=now,
    )
    name = f"CASE WHEN {firm} THEN '李经理' || n ELSE '王小明' || n END"
    yield _insert(Contact, numbers, id="n + 1", customer_id="n + 1", name=name)
    yield _insert(Number, numbers, id="n + 1", contact_id="n + 1", e164="'+86138' || (10000000 + n)")


def _past(dialect: Dialect, calls: int, newest: datetime, seconds: float) -> str:
    """One row for each call with all that its rows are made of; `fate` (0 to 99) decides how it went."""
    names = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(QUEUES))
    second = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(reversed(QUEUES)))
    first = int(newest.timestamp() - seconds)
    busy = f"n % {max(4, calls // BUSY_CALLS)} = 3"
    return (
        "CREATE TEMPORARY TABLE past AS SELECT n, 'ringdesk-' || s || '.' || n AS id, s, fate, caller,"
        f" CASE WHEN {busy} THEN '{BUSY_NUMBER}' ELSE '+86138' || (10000000 + caller) END AS number,"
        f" CASE WHEN {busy} OR caller >= {CUSTOMERS} THEN NULL ELSE caller + 1 END AS customer,"
        f" CASE WHEN n < 100 THEN '{CLOSED_QUEUE}' ELSE CASE h % {len(QUEUES)} {names} END END AS queue,"
        f" CASE h % {len(QUEUES)} {second} END AS queue2,"
        f" CAST(1001 + h % {AGENTS} AS TEXT) AS agent, CAST(1001 + (h + 7) % {AGENTS} AS TEXT) AS agent2,"
        " 3 + h % 40 AS wait, 45 + h % 375 AS talk FROM"
        f" (SELECT n, {first} + CAST(n * {seconds / calls} AS BIGINT) AS s, (n * 7919) % {CALLERS} AS caller,"
        f" (n * 2654435761) % 1000003 AS h, ((n * 2654435761) % 1000003) / 97 % 100 AS fate"
        f" FROM {dialect.numbers(calls)} AS numbers) AS drawn"
    )


def _calls(dialect: Dialect) -> Iterator[str]:
    ended = f"s + 14 + wait + CASE WHEN {ANSWERED} THEN talk ELSE 0 END"
    yield _insert(
        Call,
        "past",
        id="id",
        direction="'inbound'",
        hotline="CASE WHEN n % 4 = 0 THEN '4002' ELSE '4001' END",
        number="number",
        number_e164="number",
        language="'zh'",
        started_at=dialect.at("s"),
        answered_at=f"CASE WHEN {ANSWERED} THEN {dialect.at('s + 14 + wait')} END",
        ended_at=dialect.at(ended),
        end_cause="16",
        outcome=f"CASE WHEN fate < 6 THEN 'menu' WHEN {ANSWERED} THEN 'answered' ELSE 'abandoned' END",
        queue="CASE WHEN fate >= 6 THEN queue END",
        agent=f"CASE WHEN {TWO_STAYS} THEN agent2 WHEN {ANSWERED} THEN agent END",
        wait_s="CASE WHEN fate >= 6 THEN wait ELSE 0 END",
        talk_s=f"CASE WHEN {ANSWERED} THEN talk ELSE 0 END",
        hold_s="0.0",
        customer_id="customer",
    )
    yield _insert(
        TimelineEntry,
        "past WHERE customer IS NOT NULL",
        kind="'call'",
        ref="id",
        customer_id="customer",
        at=dialect.at("s"),
    )


def _parts(dialect: Dialect) -> Iterator[str]:
    answered, ended = dialect.at("s + 14 + wait"), dialect.at("s + 14 + wait + talk")
    of_call = {"call_id": "id", "call_started_at": dialect.at("s")}
    for no, step, kind in (("1", "greeting", "say"), ("2", "main_menu", "menu")):
        at = dialect.at(f"s + {no} * 4")
        yield _insert(
            CallStep, "past", call_id="id", no=no, step=f"'{step}'", kind=f"'{kind}'", exit="'done'", at=at
        )
    outcome = f"CASE WHEN {ANSWERED} THEN 'answered' ELSE 'abandoned' END"
    first = {"no": "1", "queue": "queue", "entered_at": dialect.at("s + 14"), "left_at": answered}
    yield _insert(Stint, "past WHERE fate >= 6", **of_call, **first, outcome=outcome, wait_s="wait")
    entered, left = dialect.at("s + 40 + wait"), dialect.at("s + 44 + wait")
    second = {"no": "2", "queue": "queue2", "entered_at": entered, "left_at": left}
    yield _insert(Stint, f"past WHERE {TWO_STAYS}", **of_call, **second, outcome="'answered'", wait_s="4")
    rang = {"agent": "agent", "queue": "queue", "rang_at": dialect.at("s + 11 + wait")}
    yield _insert(
        Offer, f"past WHERE {ANSWERED}", call_id="id", no="1", **rang, ended_at=answered, result="'answered'"
    )
    spoke = {"ended_at": ended, "hold_s": "0.0", "holds": "0", "end_reason": "'caller_gone'"}
    first = {
        "no": "1",
        "agent": "agent",
        "queue": "queue",
        "stint": "1",
        "started_at": answered,
        "talk_s": "talk",
    }
    yield _insert(Leg, f"past WHERE {ANSWERED}", **of_call, **first, **spoke)
    second = {"no": "2", "agent": "agent2", "queue": "queue2", "stint": "2", "started_at": left}
    second["talk_s"] = "talk - 30"
    yield _insert(Leg, f"past WHERE {TWO_STAYS}", **of_call, **second, **spoke)


def _notes_and_sound(dialect: Dialect) -> Iterator[str]:
    ended = dialect.at("s + 14 + wait + talk")
    yield _insert(
        WrapUp,
        f"past WHERE {ANSWERED}",
        call_id="id",
        agent=f"CASE WHEN {TWO_STAYS} THEN agent2 ELSE agent END",
        disposition="'resolved'",
        note="'订单 ' || n || '，约定明天上午回电。 Delivery address changed.'",
        turn="1",
        status="'done'",
        started_at=ended,
        ended_at=ended,
        updated_at=ended,
    )
    yield _insert(
        Recording,
        f"past WHERE {ANSWERED}",
        call_id="id",
        stint="1",
        agent="agent",
        queue="queue",
        path="'2026/' || id || '.wav'",
        started_at=ended,
        length_s="talk",
        size="talk * 32000",
        sha256="'x'",
        channels="2",
    )


def _events(dialect: Dialect) -> Iterator[str]:
    for place, kind in enumerate(EVENTS):
        yield _insert(
            CallEventRow,
            "past",
            uid=f"'f00dfeedf00dfeed:' || (n * 10 + {place})",
            call_id="id",
            at=dialect.at(f"s + {place * 3}"),
            kind=f"'{kind}'",
            payload="""'{"queue":"service","agent":"1001","wait_s":12.25}'""",
        )


def _intervals(dialect: Dialect) -> Iterator[str]:
    talking = {"kind": "'activity'", "state": "'talking'", "started_at": dialect.at("s + 14 + wait")}
    ended = dialect.at("s + 14 + wait + talk")
    source = f"past WHERE {ANSWERED}"
    talked = _insert(AgentInterval, source, agent="agent", call_id="id", ended_at=ended, **talking)
    yield f"{talked} ON CONFLICT DO NOTHING"


def _insert(table: type[Base], source: str, **values: str) -> str:
    """Rows from a source; columns that another version has or lacks get their default, or are left out."""
    columns = table.__table__.columns
    given = {name: value for name, value in values.items() if name in columns}
    for column in columns:
        default = column.default
        if column.name not in given and default is not None and default.is_scalar:
            given[column.name] = _literal(default.arg)
    names, expressions = ", ".join(given), ", ".join(given.values())
    return f"INSERT INTO {table.__tablename__} ({names}) SELECT {expressions} FROM {source}"


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


async def load_past_calls(database: Database, calls: int, newest: datetime, *, days: int = DAYS) -> None:
    """Fill a migrated, empty database with calls of so many days; nothing else may use it meanwhile."""
    if database.path is not None:
        # What migrated it keeps a connection, beside which SQLite does not change how it keeps its journal.
        await database.close()
        await asyncio.to_thread(_load_sqlite, str(database.path), calls, newest, days)
    else:
        await _load_postgres(database, calls, newest, days)


def _load_sqlite(path: str, calls: int, newest: datetime, days: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # The file is thrown away when this fails.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement in statements(SQLITE, calls, newest, days):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


async def _load_postgres(database: Database, calls: int, newest: datetime, days: int) -> None:
    import asyncpg  # type: ignore[import-untyped]

    url = database.url
    connection = await asyncpg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, database=url.database
    )
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = off")
            for statement in statements(POSTGRES, calls, newest, days):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _fill(url: str, calls: int) -> None:
    database = Database(make_url(url))
    await database.migrate()
    began = time.monotonic()
    await load_past_calls(database, calls, datetime.now(UTC).replace(microsecond=0))
    await database.close()
    print(f"{calls} past calls in {time.monotonic() - began:.0f} s")


def main() -> None:
    """Fill the database of a URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "url", help="sqlite:///path or postgresql://user:password@host/name; it must be empty"
    )
    parser.add_argument("--calls", type=int, default=1_000_000)
    given = parser.parse_args()
    asyncio.run(_fill(given.url, given.calls))


if __name__ == "__main__":
    main()
