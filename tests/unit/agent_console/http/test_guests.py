"""Places for connections: who gets one, who makes room for whom, and who never has to."""

from hypothesis import given
from hypothesis import strategies as st

from agent_console.http.guests import NOBODY, Guest, Guests, Places


class Door:
    """Guests by number, and who was sent away in which order."""

    def __init__(self, most: int = 100, waiting: int = 100, waiting_of_one: int = 100) -> None:
        self.places = Places(most, waiting, waiting_of_one)
        self.guests = Guests(self.places)
        self.sent_away: list[int] = []
        self.admitted = 0

    def arrive(self, address: str = "a") -> Guest:
        guest = self.try_to_arrive(address)
        assert guest is not None
        return guest

    def try_to_arrive(self, address: str = "a") -> Guest | None:
        number, self.admitted = self.admitted, self.admitted + 1
        return self.guests.admit(address, lambda: self.sent_away.append(number))


def test_the_longest_waited_for_makes_room() -> None:
    door = Door(most=2)
    for _ in range(4):
        door.arrive()
    assert door.sent_away == [0, 1]
    assert len(door.guests) == 2


def test_who_waits_again_waits_behind_the_others() -> None:
    door = Door(most=2)
    first = door.arrive()
    door.arrive()
    first.serve()
    first.wait()
    door.arrive()
    assert door.sent_away == [1]


def test_who_is_served_stays_and_a_newcomer_is_refused() -> None:
    door = Door(most=2)
    for _ in range(2):
        door.arrive().serve()
    assert door.try_to_arrive() is None
    assert door.sent_away == []


def test_a_place_that_was_left_is_free_and_may_be_left_again() -> None:
    door = Door(most=1)
    guest = door.arrive()
    guest.leave()
    guest.leave()
    guest.wait()
    door.arrive().serve()
    assert door.sent_away == []
    assert len(door.guests) == 1


def test_one_address_makes_room_for_itself_and_for_the_others() -> None:
    door = Door(most=4, waiting_of_one=3)
    for address in "bccc":
        door.arrive(address)
    door.arrive("c")
    assert door.sent_away == [1]
    door.arrive("b")
    assert door.sent_away == [1, 2]


def test_those_waited_for_have_fewer_places_than_all() -> None:
    door = Door(most=3, waiting=1)
    door.arrive("a").serve()
    door.arrive("b")
    door.arrive("c")
    assert door.sent_away == [1]


def test_when_there_is_nobody_to_send_away_no_room_is_made() -> None:
    door = Door()
    assert not door.guests.make_room()
    door.arrive()
    assert door.guests.make_room()
    assert not door.guests.make_room()


def test_nobody_is_counted_where_there_is_no_reception() -> None:
    NOBODY.wait()
    NOBODY.serve()
    NOBODY.leave()
    assert not NOBODY.waited_for


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("swl+"), st.integers(0, 20)), max_size=60))
def test_no_bound_is_passed_and_nobody_served_is_sent_away(course: list[tuple[str, str, int]]) -> None:
    door = Door(most=5, waiting=4, waiting_of_one=3)
    inside: list[tuple[int, Guest]] = []
    for address, act, which in course:
        served = {number for number, guest in inside if not guest.waited_for}
        before = len(door.sent_away)
        if act == "+":
            number, guest = door.admitted, door.try_to_arrive(address)
            if guest is not None:
                inside.append((number, guest))
        elif inside:
            guest = inside[which % len(inside)][1]
            {"s": guest.serve, "w": guest.wait, "l": guest.leave}[act]()
        assert not served & set(door.sent_away[before:])
        assert len(door.guests) <= 5
