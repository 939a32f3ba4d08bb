"""The part that does jobs, and who does which."""

from agent_console.auth import expired
from cti.refused.forgetting import forgetting
from office.audit.sealing import sealing
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import OK, Check, Part
from storage.pools import Work
from work.upkeep import upkeep
from work.worker import Worker


def build(core: Core) -> Part:
    """A worker for all kinds of jobs that there are."""
    handlers = (
        *upkeep(core.database, core.clock),
        expired.forgetting(core.clock),
        sealing(core.database, core.clock),
        forgetting(core.settings.refused.keep_days, core.clock),
    )
    worker = Worker(core.database.pool(Work.JOBS), handlers, core.clock)
    return Part("jobs", worker.run, health=lambda: (Check("jobs", worker.trouble or OK),))
