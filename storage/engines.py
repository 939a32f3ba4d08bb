"""How SQLite and PostgreSQL connections are opened and tuned."""

import asyncio
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import Connection, ExceptionContext, NullPool, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import sqlite_driver
from storage.faults import Fault, fault_of

_dump_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))

_CANCEL_WITHIN_S = 2.0
_LATE_S = 5.0
_NICENESS = 10

# What is written holds names and telephone numbers, which do not belong into the text of an error.
_DISCREET: dict[str, Any] = {"json_serializer": _dump_json, "hide_parameters": True}

# Without an isolation level the driver starts no transactions of its own; `tune_sqlite` starts them all.
SQLITE_OPTIONS: dict[str, Any] = {
    **_DISCREET,
    "connect_args": {"isolation_level": None, "async_creator_fn": sqlite_driver.connect},
}


def postgres_options(
    connections: int, more: int, statement_limit_s: float | None = None, *, work: str = ""
) -> dict[str, Any]:
    """For so many connections, and `more` for a moment; the limit is one of every statement.

    The server's list of what runs shows for which work it is.
    """
    name = f"ringdesk {work}".rstrip()
    server_settings = {"application_name": name, "timezone": "UTC", "jit": "off"}
    if statement_limit_s is not None:
        server_settings["statement_timeout"] = str(int(statement_limit_s * 1000))
    return {
        **_DISCREET,
        "pool_size": connections,
        "max_overflow": more,
        "pool_timeout": 10,
        # The ping finds connections that a restart of the server has cut, before they are used.
        "pool_pre_ping": True,
        "connect_args": {
            "timeout": 5,
            # When not even the server's own time-out is heard of.
            "command_timeout": statement_limit_s and statement_limit_s + _LATE_S,
            "server_settings": server_settings,
        },
    }


def tune_postgres(engine: AsyncEngine) -> AsyncEngine:
    """Call a server that goes away, starts, or has no room by the name that this has for SQLite."""

    def rename(context: ExceptionContext) -> OperationalError | None:
        error = context.sqlalchemy_exception
        # The driver's own errors, which are neither about the statement nor about its values, have no kind.
        if type(error) is not DBAPIError or error.orig is None or fault_of(error) is Fault.REFUSED:
            return None
        return OperationalError(
            error.statement,
            error.params,
            error.orig,
            hide_parameters=error.hide_parameters,
            connection_invalidated=error.connection_invalidated,
        )

    event.listen(engine.sync_engine, "handle_error", rename)
    return engine


def tune_sqlite(
    engine: AsyncEngine,
    *,
    begin: str,
    busy_timeout_s: float,
    foreign_keys: bool = True,
    read_only: bool = False,
) -> AsyncEngine:
    """Set the pragmas of every new connection and the statement that begins every transaction."""
    pragmas = [
        f"busy_timeout={int(busy_timeout_s * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        f"query_only={'ON' if read_only else 'OFF'}",
    ]

    def set_pragmas(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", set_pragmas)
    event.listen(engine.sync_engine, "begin", begin_transaction)
    return engine


def yield_to_others(engine: AsyncEngine) -> AsyncEngine:
    """Let what SQLite's threads do come after all else; Linux counts niceness by thread."""

    def be_nice(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.run_async(lambda c: c.in_its_thread(os.nice, _NICENESS))

    event.listen(engine.sync_engine, "connect", be_nice)
    return engine


async def cancel_postgres(url: URL, backends: Sequence[int]) -> None:
    """End the statements of these backends; a server that does not answer now has its own time-outs."""
    # A connection of its own: those of the pools may all be waiting for just these.
    engine = create_async_engine(url, poolclass=NullPool)
    with suppress(Exception):
        async with asyncio.timeout(_CANCEL_WITHIN_S), engine.connect() as connection:
            for backend in backends:
                await connection.execute(select(func.pg_cancel_backend(backend)))
