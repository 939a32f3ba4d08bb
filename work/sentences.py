"""Says in words what went wrong with a job, without what an error's text may hold of people."""

from pathlib import Path
from traceback import extract_tb

from sqlalchemy.exc import DBAPIError

from storage.faults import SENTENCES, fault_of
from storage.pools import Stalled

LEFT = "the process that did it ended in the middle of it"
NOBODYS = (
    "no part of this Ringdesk does jobs of this kind any more; run it again with a version that has them"
)
_ROOT = Path(__file__).resolve().parent.parent


def took_longer(limit_s: float) -> str:
    """It was ended by its limit."""
    return f"it took longer than {limit_s:g} s"


def why_of(problem: BaseException) -> str:
    """One sentence: the problem's own, if it was written for people."""
    own = getattr(problem, "sentence", None)
    if isinstance(own, str):
        return own
    if isinstance(problem, DBAPIError | Stalled):
        return f"it failed because {SENTENCES[fault_of(problem)]}"
    return f"it failed with {type(problem).__name__}{_place(problem)}; the log has more"


def _place(problem: BaseException) -> str:
    """Where in our code."""
    for frame in reversed(extract_tb(problem.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
            return f" ({path.relative_to(_ROOT)}, line {frame.lineno})"
    return ""
