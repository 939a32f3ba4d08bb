"""The contract of the bus, held against every implementation."""

from typing import Any

import pytest

from cti.bus.contract import Bus, SubscriberTooSlow, Subscription
from tests.support.bus_process import A, B


async def _drain(subscription: Subscription[Any]) -> list[object]:
    return [message async for message in subscription]


async def test_every_subscriber_sees_all_messages_of_its_topic_in_order(bus: Bus) -> None:
    one, two, other = (bus.subscribe(t, capacity=10) for t in (A, A, B))
    for n in range(5):
        bus.publish(A, n)
    for subscription in (one, two, other):
        subscription.close()
    assert await _drain(one) == await _drain(two) == [0, 1, 2, 3, 4]
    assert await _drain(other) == []


async def test_a_subscription_begins_with_what_is_published_after_it(bus: Bus) -> None:
    bus.publish(A, "before")
    subscription = bus.subscribe(A, capacity=10)
    bus.publish(A, "after")
    subscription.close()
    assert await _drain(subscription) == ["after"]


async def test_one_that_falls_behind_is_told_so_and_the_others_lose_nothing(bus: Bus) -> None:
    slow, quick = bus.subscribe(A, capacity=2), bus.subscribe(A, capacity=100)
    for n in range(50):
        bus.publish(A, n)
    with pytest.raises(SubscriberTooSlow):
        await _drain(slow)
    quick.close()
    assert len(await _drain(quick)) == 50


async def test_nothing_is_delivered_after_close(bus: Bus) -> None:
    subscription = bus.subscribe(A, capacity=10)
    subscription.close()
    bus.publish(A, 1)
    assert await _drain(subscription) == []
