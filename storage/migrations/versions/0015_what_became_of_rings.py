"""Rings that were all called the caller's hang-up get their true outcome, where other rows tell it."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A colleague's answer ended the stay in which the phone rang.
ANSWERED_ELSEWHERE = """
    UPDATE offers SET result = 'answered_elsewhere' WHERE result = 'caller_gone' AND EXISTS (
        SELECT 1 FROM stints JOIN legs ON legs.call_id = stints.call_id AND legs.stint = stints.no
        WHERE stints.call_id = offers.call_id AND stints.queue = offers.queue
        AND stints.entered_at <= offers.rang_at AND stints.left_at >= offers.rang_at
        AND stints.outcome = 'answered' AND legs.agent <> offers.agent AND legs.started_at >= offers.rang_at)
"""
UNKNOWN = """
    UPDATE offers SET result = 'unknown' WHERE result = 'caller_gone' AND EXISTS (
        SELECT 1 FROM stints WHERE stints.call_id = offers.call_id AND stints.queue = offers.queue
        AND stints.entered_at <= offers.rang_at AND stints.left_at >= offers.rang_at
        AND stints.outcome = 'unknown')
"""
# Whoever was served afterwards had not hung up.
MOVED = """
    UPDATE offers SET result = 'moved' WHERE result = 'caller_gone' AND (
        EXISTS (SELECT 1 FROM stints
                WHERE stints.call_id = offers.call_id AND stints.entered_at >= offers.ended_at)
        OR EXISTS (SELECT 1 FROM legs
                   WHERE legs.call_id = offers.call_id AND legs.started_at >= offers.ended_at)
        OR EXISTS (SELECT 1 FROM offers AS later
                   WHERE later.call_id = offers.call_id AND later.rang_at >= offers.ended_at))
"""
# Of who dialled out the recording began when the own phone was taken. Where the facts are gone nobody knows.
OWN_PHONE_TAKEN = """
    UPDATE offers SET result = 'answered', ended_at = (
        SELECT min(at) FROM call_events
        WHERE call_events.call_id = offers.call_id AND call_events.kind = 'recording_started')
    WHERE result = 'caller_gone'
    AND EXISTS (SELECT 1 FROM calls WHERE calls.id = offers.call_id AND calls.direction = 'outbound')
    AND EXISTS (SELECT 1 FROM call_events
                WHERE call_events.call_id = offers.call_id AND call_events.kind = 'recording_started')
"""
# Q.850: 17 user busy, 21 call rejected; 18 no user responding, 19 no answer. Else the agent gave up.
OWN_PHONE_NOT_TAKEN = """
    UPDATE offers SET result = CASE
        WHEN EXISTS (SELECT 1 FROM calls WHERE calls.id = offers.call_id AND calls.end_cause IN (17, 21))
        THEN 'refused' ELSE 'no_answer' END
    WHERE result = 'caller_gone'
    AND EXISTS (SELECT 1 FROM calls WHERE calls.id = offers.call_id AND calls.direction = 'outbound'
                AND calls.end_cause IN (17, 18, 19, 21))
    AND EXISTS (SELECT 1 FROM call_events
                WHERE call_events.call_id = offers.call_id AND call_events.kind = 'agent_rung')
"""


def upgrade() -> None:
    for correction in (ANSWERED_ELSEWHERE, UNKNOWN, MOVED, OWN_PHONE_TAKEN, OWN_PHONE_NOT_TAKEN):
        op.execute(correction)


def downgrade() -> None:
    """What is true stays."""
