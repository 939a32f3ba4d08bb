"""Removes exactly the demo data; what users added, or are using, stays and is named."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from office.audit import Act, Actor, AuditTrail, failure
from office.rules.people import PhoneChange, Role
from office.users import renew_phone
from ringdesk.demo.office import FALLBACK_QUEUE, FLOW, HOTLINES, QUEUES
from ringdesk.demo.state import REMOVED, STATE_SETTING
from storage.database import Database
from storage.repositories.demo import DemoRows
from storage.repositories.operations import Settings
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Users
from storage.tables import Customer, Hotline, Queue, User


@dataclass(slots=True)
class DemoRemoval:
    """How many of each kind are gone, and one sentence for each thing that stayed."""

    removed: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)


async def remove_demo(database: Database, *, now: datetime, by: Actor) -> DemoRemoval:
    """Take the demo data away. What stayed because it was in use goes the next time, if it no longer is."""
    removal, act = DemoRemoval(), Act("demo_remove")
    async with AuditTrail(database, lambda: now, failure).transaction(by, act) as session:
        await _remove_calls(session, removal)
        await _remove_customers(session, removal)
        await _remove_users(session, removal, now)
        await _remove_hotlines(session, removal)
        await _remove_queues(session, removal)
        await Settings(session).put(STATE_SETTING, REMOVED)
        act.detail |= removal.removed
    return removal


async def _remove_calls(session: AsyncSession, removal: DemoRemoval) -> None:
    rows = DemoRows(session)
    calls = await rows.marked("call")
    await rows.delete_calls(calls)
    await rows.unmark("call")
    removal.removed["calls"] += len(calls)


async def _remove_customers(session: AsyncSession, removal: DemoRemoval) -> None:
    rows = DemoRows(session)
    added_to = await rows.customers_added_to()
    for customer_id in map(int, await rows.marked("customer")):
        if customer_id in added_to:
            removal.kept.append(f"customer {added_to[customer_id]}: it was changed or added to")
            continue
        await rows.delete(Customer, customer_id)
        await rows.unmark("customer", [customer_id])
        removal.removed["customers"] += 1
    if not added_to:
        await rows.unmark("contact")
        await rows.unmark("number")


async def _remove_users(session: AsyncSession, removal: DemoRemoval, now: datetime) -> None:
    rows = DemoRows(session)
    signed_in, at_work = await rows.signed_in(now), await rows.agents_at_work()
    calls = await rows.calls_by_agent()
    for user_id in map(int, await rows.marked("user")):
        user = await Users(session).by_id(user_id)
        extension = user.agent.extension if user and user.agent else None
        if user is None:
            pass
        elif user.id in signed_in or extension in at_work:
            removal.kept.append(f"user {user.login}: is signed in; sign out and remove the demo again")
            continue
        elif await _is_only_admin(session, user):
            removal.kept.append(f"user {user.login}: is the only administrator; add another one first")
            continue
        elif extension is not None and calls.get(extension):
            await _retire(session, user, extension, now)
            removal.kept.append(
                f"user {user.login}: took part in {calls[extension]} calls of yours, so the name stays in "
                "the history; signing in is no longer possible"
            )
        else:
            await rows.delete(User, user_id)
            removal.removed["users"] += 1
        await rows.unmark("user", [user_id])


async def _is_only_admin(session: AsyncSession, user: User) -> bool:
    admins = {other.id for other in await Users(session).all() if other.role == Role.ADMIN and other.active}
    return admins == {user.id}


async def _retire(session: AsyncSession, user: User, extension: str, now: datetime) -> None:
    await Users(session).set_active(user.id, False)
    await renew_phone(session, user, PhoneChange.DEACTIVATED, now)
    for queue in await Memberships(session).of_agent(extension):
        await Memberships(session).remove(queue=queue, extension=extension)


async def _remove_hotlines(session: AsyncSession, removal: DemoRemoval) -> None:
    rows = DemoRows(session)
    in_use = await rows.hotlines_in_use()
    for number in await rows.marked("hotline"):
        hotline = await Hotlines(session).by_number(number)
        if number in in_use:
            removal.kept.append(f"hotline {number}: a call by it is under way")
            continue
        if hotline is not None and _hotline_was_changed(hotline):
            removal.kept.append(f"hotline {number}: it was changed")
            continue
        await rows.delete(Hotline, number)
        await rows.unmark("hotline", [number])
        removal.removed["hotlines"] += 1


async def _remove_queues(session: AsyncSession, removal: DemoRemoval) -> None:
    """Queues last, and again after each one removed: a queue may be needed only by another queue."""
    rows = DemoRows(session)
    reasons = await _reasons_to_keep_queues(session)
    while free := [name for name, reason in reasons.items() if reason is None]:
        for name in free:
            await rows.delete(Queue, name)
            await rows.unmark("queue", [name])
            removal.removed["queues"] += 1
        reasons = await _reasons_to_keep_queues(session)
    removal.kept += [f"queue {name}: {reason}" for name, reason in reasons.items()]


async def _reasons_to_keep_queues(session: AsyncSession) -> dict[str, str | None]:
    rows = DemoRows(session)
    in_use, needs = await rows.queues_in_use(), await rows.what_needs_queues()
    reasons: dict[str, str | None] = {}
    for name in await rows.marked("queue"):
        queue = await Queues(session).by_name(name)
        if name in in_use:
            reasons[name] = "a call in it is under way"
        elif needs.get(name):
            reasons[name] = f"it is used by {', '.join(sorted(needs[name]))}"
        elif queue is not None and _queue_was_changed(queue):
            reasons[name] = "it was changed"
        else:
            reasons[name] = None
    return reasons


def _hotline_was_changed(hotline: Hotline) -> bool:
    demo = next((demo for demo in HOTLINES if demo.number == hotline.number), None)
    now = (hotline.name, hotline.language, hotline.flow, hotline.fallback_queue)
    return demo is None or now != (demo.name, demo.language, FLOW, FALLBACK_QUEUE)


def _queue_was_changed(queue: Queue) -> bool:
    demo = next((demo for demo in QUEUES if demo.name == queue.name), None)
    if demo is None:
        return True
    # The overflow queue is left out: removing it clears the reference to it.
    now = (queue.title_zh, queue.title_en, queue.wrap_up_seconds, queue.max_wait_seconds, queue.weight)
    return now != (
        demo.title_zh,
        demo.title_en,
        demo.wrap_up_seconds,
        demo.max_wait_seconds,
        demo.weight,
    )
