"""Who may hold a connection to a web server: counted from the accept on, by address and in all. Pure.

What is scarce is places, and a stranger holds one by saying nothing. So whoever is waited for (a handshake,
a request, an answer being read) can be sent away for a newcomer: the one waited for longest, of the address
that holds most such places. An honest browser is waited for only for moments, so it passes through a crowd
of strangers, even one from its own address. Who is being served, and who is signed in on a live connection,
stays.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """How many connections there may be: in all, waited for, and waited for from one address."""

    most: int
    waiting: int
    waiting_of_one: int


class Guest:
    """One connection, from its accept to its end. `send_away` closes it at once."""

    __slots__ = ("_guests", "address", "send_away", "waited_for")

    def __init__(self, guests: "Guests | None", address: str, send_away: Callable[[], None]) -> None:
        self._guests = guests
        self.address = address
        self.send_away = send_away
        self.waited_for = False

    def wait(self) -> None:
        """It is this guest's turn to do something."""
        if self._guests is not None:
            self._guests.wait_for(self)

    def serve(self) -> None:
        """It has done so; now it waits for us, or belongs here."""
        if self._guests is not None:
            self._guests.serve(self)

    def leave(self) -> None:
        """Its connection has ended; may be called again."""
        if self._guests is not None:
            self._guests.leave(self)


NOBODY = Guest(None, "", lambda: None)
"""For a server that counts nobody."""


class Guests:
    """All connections to one port."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._inside: set[Guest] = set()
        self._waiting: dict[str, dict[Guest, None]] = {}
        self._waiting_in_all = 0

    def __len__(self) -> int:
        return len(self._inside)

    def admit(self, address: str, send_away: Callable[[], None]) -> Guest | None:
        """A newcomer, who is waited for; None when everybody inside is being served and there is no place."""
        if len(self._waiting.get(address, ())) >= self._places.waiting_of_one:
            self._send_away(address)
        elif (
            self._waiting_in_all >= self._places.waiting or len(self._inside) >= self._places.most
        ) and not self.make_room():
            return None
        guest = Guest(self, address, send_away)
        self._inside.add(guest)
        self.wait_for(guest)
        return guest

    def make_room(self) -> bool:
        """Sends away who has been waited for longest at the address with most of them."""
        if not self._waiting:
            return False
        self._send_away(max(self._waiting, key=lambda address: len(self._waiting[address])))
        return True

    def wait_for(self, guest: Guest) -> None:
        """See Guest.wait."""
        if guest in self._inside and not guest.waited_for:
            guest.waited_for = True
            self._waiting.setdefault(guest.address, {})[guest] = None
            self._waiting_in_all += 1

    def serve(self, guest: Guest) -> None:
        """See Guest.serve."""
        if guest.waited_for:
            guest.waited_for = False
            of_address = self._waiting[guest.address]
            del of_address[guest]
            self._waiting_in_all -= 1
            if not of_address:
                del self._waiting[guest.address]

    def leave(self, guest: Guest) -> None:
        """See Guest.leave."""
        self.serve(guest)
        self._inside.discard(guest)

    def _send_away(self, address: str) -> None:
        guest = next(iter(self._waiting[address]))
        self.leave(guest)
        guest.send_away()
