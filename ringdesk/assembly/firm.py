"""What follows the firm: who works here and where callers go, for floor, control, menus and Asterisk."""

from collections.abc import Sequence
from dataclasses import dataclass

from cti.assignments import Assignments
from ringdesk.assembly.configuration import Configuration
from ringdesk.assembly.core import Core
from ringdesk.assembly.office import Office
from ringdesk.assembly.part import OK, Check, Part
from ringdesk.assembly.telephony import Line


@dataclass(frozen=True, slots=True)
class Firm:
    """`office` knows the hotlines as they are."""

    office: Office
    parts: Sequence[Part]


def build(core: Core, line: Line) -> Firm:
    """Memberships and hotlines are loaded before any part runs."""
    configuration = Configuration(core.installation.asterisk)
    office = Office(
        core.installation,
        core.database,
        core.live,
        line.control,
        Assignments(core.live, line.control, line.link),
        configuration,
        look_at_agents=line.session.look_at_agents,
        clock=core.clock,
    )
    return Firm(
        office,
        (
            Part("Asterisk's configuration", configuration.run),
            Part(
                "office",
                office.run,
                load=office.load,
                health=lambda: (Check("configuration", office.refusal or configuration.trouble or OK),),
            ),
            Part("queue members", office.keep_members),
        ),
    )
