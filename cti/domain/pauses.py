"""Why an agent is paused: the reasons that stand, in their order, and what each thing heard does to them.

Asterisk holds one reason for each queue; the others that stand are remembered here.
"""

from collections.abc import Iterable

# The text with which after-call work pauses a member in Asterisk: activity, not presence.
WRAP_UP_REASON = "wrapup"
NO_ANSWER_REASON = "no_answer"
DECLINED_REASON = "declined"
PHONE_LOST_REASON = "phone_lost"
# Asked for by a console whose phone cannot carry a conversation: nobody is heard, or no call gets there.
UNFIT_PHONE_REASONS = frozenset({"no_microphone", "phone_blocked"})
PAUSE_REASONS = ("break", "lunch", "meeting", "training")
"""The reasons for which an agent may ask to be paused."""

# What Asterisk writes when `autopause` struck, and our word for it.
AUTOPAUSE_REASONS = frozenset({"Auto-Pause", "Autopause", "auto-pause"})
# `phone_lost` itself is the dialplan's word. We write another one, so that what is heard tells who wrote it.
_OUR_TEXT = {PHONE_LOST_REASON: "phone_stays_lost"}
_OUR_TEXTS = frozenset(
    {
        WRAP_UP_REASON,
        NO_ANSWER_REASON,
        DECLINED_REASON,
        *_OUR_TEXT.values(),
        *UNFIT_PHONE_REASONS,
        *PAUSE_REASONS,
    }
)

Reasons = tuple[str, ...]
"""The reasons that stand, the strongest first, at most one of each rank. After-call work is none of them."""


def our_reason(text: str) -> str:
    """The reason of a pause as it stands in Asterisk, in our words."""
    if text in AUTOPAUSE_REASONS:
        return NO_ANSWER_REASON
    return PHONE_LOST_REASON if text == _OUR_TEXT[PHONE_LOST_REASON] else text


def text_of(reason: str) -> str:
    """How we write a reason into Asterisk."""
    return _OUR_TEXT.get(reason, reason)


def strongest(reasons: Reasons) -> str | None:
    """The reason that counts; None when nothing keeps the agent from calls."""
    return reasons[0] if reasons else None


def asked(reason: str, standing: Reasons) -> Reasons:
    """The agent asks for a pause. Whatever stood and was stronger they have seen by now."""
    return (reason, *_weaker(reason, standing))


def joined_by(reason: str, standing: Reasons) -> Reasons:
    """One more reason, which takes the place of another of its rank."""
    others = (other for other in standing if _rank(other) != _rank(reason))
    return tuple(sorted((reason, *others), key=_rank))


def heard(text: str, standing: Reasons) -> Reasons:
    """Asterisk tells live of a pause. Only what others wrote is news: our own was decided before it was sent,
    and something else may have been decided since.
    """
    return standing if text in _OUR_TEXTS else joined_by(our_reason(text), standing)


def found(text: str, standing: Reasons) -> Reasons:
    """A pause stands in Asterisk's records, or in its picture, after a time in which we heard nothing.

    What others write knows nothing of what stood before. Ours was the strongest when it was written.
    """
    if text == WRAP_UP_REASON:
        return standing
    if text in _OUR_TEXTS:
        return asked(our_reason(text), standing)
    return joined_by(our_reason(text), standing)


def without(reason: str, standing: Reasons) -> Reasons:
    """This reason does not stand any more."""
    return tuple(other for other in standing if other != reason)


def undone(before: Reasons, decided: Reasons, now: Reasons) -> Reasons:
    """What stood `before` a decision that came to nothing, and what was heard since."""
    for reason in now:
        if reason not in decided:
            before = joined_by(reason, before)
    return before


def explained(standing: Reasons) -> Reasons:
    """The ring that Asterisk took for unanswered was declined."""
    return joined_by(DECLINED_REASON, standing) if NO_ANSWER_REASON in standing else standing


def shown(held: Iterable[str], standing: Reasons) -> str | None:
    """The reason that everyone is told, of those that Asterisk holds and those that stand."""
    kept = [reason for reason in sorted(held) if reason != WRAP_UP_REASON]
    return min((*kept, *standing), key=_rank, default=None)


def _weaker(reason: str, standing: Reasons) -> Reasons:
    return tuple(other for other in standing if _rank(other) > _rank(reason))


def _rank(reason: str) -> int:
    if reason == PHONE_LOST_REASON or reason in UNFIT_PHONE_REASONS:
        return 0
    return 2 if reason in (NO_ANSWER_REASON, DECLINED_REASON) else 1
