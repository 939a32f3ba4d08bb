"""The callers behind a queue's figures, as they are told."""

from collections.abc import Sequence
from datetime import date

from agent_console.api.common.fields import Answer
from storage.rows.calls import AbandonedRow


class AbandonedList(Answer):
    """Newest first."""

    day: date
    items: Sequence[AbandonedRow]
