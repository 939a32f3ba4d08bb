"""What is kept of calls: the recorder of all that happens, and the recordings."""

from dataclasses import dataclass
from functools import partial

from crm.rules import numbers
from cti.recorder.intake import RecordingIntake
from cti.recorder.recorder import Recorder
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import OK, Check, Part
from storage.recordings import RecordingStore


@dataclass(frozen=True, slots=True)
class Records:
    """The recorder, for whoever tells much at once, and the two parts."""

    recorder: Recorder
    writing: Part
    intake: Part


def build(core: Core) -> Records:
    """The recorder hears the floor from now on; what an earlier run left in the spool is written first."""
    home, settings = core.installation.home, core.settings
    recorder = Recorder(
        core.bus,
        core.database.recorder,
        home.spool,
        report=core.live.observe,
        current_calls=lambda: core.live.snapshot(core.clock()).calls,
        to_e164=partial(numbers.normalise, home_region=settings.crm.home_region),
        clock=core.clock,
        settings=settings.recorder,
    )
    intake = RecordingIntake(
        RecordingStore(home.recordings), core.database.recorder, core.live.observe, core.clock
    )
    return Records(
        recorder,
        writing=Part("recorder", recorder.run, load=recorder.drain),
        intake=Part("recordings", intake.run, health=lambda: (Check("recordings", intake.trouble or OK),)),
    )
