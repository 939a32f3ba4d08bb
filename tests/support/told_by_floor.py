"""What the floor tells of a call, in the oracle's shape."""

from cti.domain.call import Call
from cti.domain.outcome import outcome_of
from tests.support.oracle import calls as oracle


def as_told(call: Call) -> oracle.OneCall:
    """A call of the floor in the oracle's shape."""

    def seconds(moment: object) -> float:
        return moment.timestamp()  # type: ignore[attr-defined,no-any-return]

    return oracle.OneCall(
        id=call.id,
        number=call.number,
        hotline=call.hotline or "",
        started=seconds(call.started_at),
        ended=seconds(call.ended_at) if call.ended_at else None,
        cause=call.end_cause,
        outcome=outcome_of(call),
        first_queue=call.stints[0].queue if call.stints else None,
        last_agent=call.legs[-1].agent if call.legs else None,
        steps=tuple(oracle.Step(s.step, s.exit, s.keys, seconds(s.at)) for s in call.path),
        stints=tuple(
            oracle.Stint(
                s.no,
                s.queue,
                s.priority,
                seconds(s.entered_at),
                seconds(s.left_at) if s.left_at else None,
                s.outcome,
            )
            for s in call.stints
        ),
        offers=tuple(oracle.Offer(o.agent, seconds(o.rang_at), o.result) for o in call.offers),
        legs=tuple(
            oracle.Leg(
                x.agent,
                seconds(x.started_at),
                seconds(x.ended_at) if x.ended_at else None,
                None if x.talk_s is None else x.talk_s + (x.hold_s or 0.0),
            )
            for x in call.legs
        ),
    )
