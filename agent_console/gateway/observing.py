"""How the web application reports what only it knows to the floor."""

from collections.abc import Callable

from cti.domain.events import Event

Observe = Callable[[Event], object]
"""Takes a domain event to the floor's one writer; never blocks and never refuses."""
