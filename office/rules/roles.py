"""What each role may do: one table."""

from collections.abc import Mapping
from enum import StrEnum

from office.rules.people import Role


class Privilege(StrEnum):
    """A right that a route asks for by name, never by role."""

    SEE_ALL_CALLS = "see_all_calls"
    HEAR_ALL_RECORDINGS = "hear_all_recordings"
    SIGN_OUT_AGENTS = "sign_out_agents"
    PLACE_TEST_CALLS = "place_test_calls"
    SEE_CUSTOMERS = "see_customers"
    SEE_HEALTH = "see_health"
    SEE_REFUSED_CALLS = "see_refused_calls"


_EVERYONE = frozenset({Privilege.PLACE_TEST_CALLS, Privilege.SEE_CUSTOMERS})
_SUPERVISING = _EVERYONE | {
    Privilege.SEE_ALL_CALLS,
    Privilege.HEAR_ALL_RECORDINGS,
    Privilege.SIGN_OUT_AGENTS,
    Privilege.SEE_HEALTH,
    Privilege.SEE_REFUSED_CALLS,
}

GRANTS: Mapping[Role, frozenset[Privilege]] = {
    Role.AGENT: _EVERYONE,
    Role.SUPERVISOR: _SUPERVISING,
    Role.ADMIN: _SUPERVISING,
}
