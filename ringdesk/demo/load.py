"""Loads the demo data, once for each installation."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm.rules.numbers import normalise
from office.audit import Act, Actor, AuditTrail, failure
from office.rules.people import next_phone_epoch
from ringdesk.demo.calls import Caller, past_begins, past_calls
from ringdesk.demo.customers import CUSTOMERS, DemoCustomer, Person
from ringdesk.demo.office import FALLBACK_QUEUE, FLOW, HOTLINES, QUEUES, USERS, DemoUser
from ringdesk.demo.state import LOADED, STATE_SETTING
from storage.database import Database
from storage.repositories.customers import Customers
from storage.repositories.demo import DemoRows
from storage.repositories.journal import Journal
from storage.repositories.operations import Settings
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Agents, Users
from storage.repositories.wrap_ups import WrapUps
from storage.tables import Contact, Customer, CustomerTag, Hotline, Number, Queue


async def load_demo(
    database: Database, password_hashes: Mapping[str, str], *, now: datetime, by: Actor
) -> bool:
    """Add the demo data; `password_hashes` by login. False when it was loaded, or removed, before.

    What exists already under a name of the demo is the user's own: it stays as it is and is not marked.
    """
    async with database.transaction() as session:
        settings = Settings(session)
        if await settings.get(STATE_SETTING) is not None:
            return False
        await _add_queues(session)
        await _add_hotlines(session)
        for user in USERS:
            await _add_user(session, user, password_hashes[user.login], now)
        callers = await _add_customers(session, now)
        await _add_calls(session, callers, now)
        await settings.put(STATE_SETTING, LOADED)
        await AuditTrail(database, lambda: now, failure).done(session, by, Act("demo_add"))
    await database.analyse()
    return True


async def _add_queues(session: AsyncSession) -> None:
    queues = Queues(session)
    for queue in QUEUES:
        if await queues.by_name(queue.name) is None:
            await queues.put(
                Queue(
                    name=queue.name,
                    title_zh=queue.title_zh,
                    title_en=queue.title_en,
                    overflow_queue=queue.overflow_queue,
                    wrap_up_seconds=queue.wrap_up_seconds,
                    max_wait_seconds=queue.max_wait_seconds,
                    weight=queue.weight,
                )
            )
            await DemoRows(session).mark("queue", [queue.name])


async def _add_hotlines(session: AsyncSession) -> None:
    hotlines = Hotlines(session)
    for hotline in HOTLINES:
        if await hotlines.by_number(hotline.number) is None:
            await hotlines.put(
                Hotline(
                    number=hotline.number,
                    name=hotline.name,
                    flow=FLOW,
                    language=hotline.language,
                    fallback_queue=FALLBACK_QUEUE,
                )
            )
            await DemoRows(session).mark("hotline", [hotline.number])


async def _add_user(session: AsyncSession, user: DemoUser, password_hash: str, now: datetime) -> None:
    agents = Agents(session)
    taken = user.extension is not None and await agents.by_extension(user.extension) is not None
    if taken or await Users(session).by_login(user.login) is not None:
        return
    added = await Users(session).add(
        login=user.login,
        name=user.name,
        name_en=user.name_en,
        password_hash=password_hash,
        role=user.role,
        created_at=now,
    )
    await DemoRows(session).mark("user", [added.id])
    if user.extension is not None:
        await agents.add(
            extension=user.extension,
            user_id=added.id,
            phone_epoch=next_phone_epoch(0, now),
            held_since=past_begins(now),
        )
        for queue in user.queues:
            await Memberships(session).put(queue=queue, extension=user.extension)


async def _add_customers(session: AsyncSession, now: datetime) -> list[Caller]:
    rows = DemoRows(session)
    callers = []
    for demo in CUSTOMERS:
        customer = await Customers(session).add(_customer(demo, now))
        numbers = [number for contact in customer.contacts for number in contact.numbers]
        await rows.mark("customer", [customer.id])
        await rows.mark("contact", [contact.id for contact in customer.contacts])
        await rows.mark("number", [number.id for number in numbers])
        callers += [Caller(customer.id, number.e164, demo.language) for number in numbers]
    return callers


def _customer(demo: DemoCustomer, now: datetime) -> Customer:
    customer = Customer(
        kind=demo.kind,
        name=demo.name,
        name_en=demo.name_en,
        tier=demo.tier,
        language=demo.language,
        created_at=now,
        updated_at=now,
    )
    customer.contacts = [_contact(person) for person in demo.people]
    customer.tags = [CustomerTag(tag=tag) for tag in demo.tags]
    return customer


def _contact(person: Person) -> Contact:
    contact = Contact(name=person.name, name_en=person.name_en, role=person.role)
    contact.numbers = [
        Number(e164=normalise(written) or written, as_entered=written, label=label)
        for written, label in person.numbers
    ]
    return contact


async def _add_calls(session: AsyncSession, callers: list[Caller], now: datetime) -> None:
    calls = list(past_calls(callers, now))
    await Journal(session).write_calls([call.record for call in calls])
    await DemoRows(session).mark("call", [call.record.id for call in calls])
    for call in calls:
        record = call.record
        if call.disposition is not None and record.agent is not None and record.ended_at is not None:
            await WrapUps(session).finish(
                record.id,
                record.agent,
                disposition=call.disposition,
                note=call.note,
                now=record.ended_at,
                started_at=record.ended_at,
            )
