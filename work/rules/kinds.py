"""What there is to know of one kind of job before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from work.rules.retries import RetryRule

Args = Mapping[str, Any]


class GiveUp(Exception):
    """Trying the job again is of no use; `sentence` is what whoever looks at it reads."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job, by the name under which it stands in the database: `room.what_is_done`.

    An attempt may take `limit_s` seconds. Of this kind each worker does at most `at_once` at the same time.
    When the arguments change their form, `version` grows by one, and `from_version[n]` makes those of version
    n + 1 out of those of version n.
    """

    name: str
    limit_s: float = 60.0
    at_once: int = 2
    retry: RetryRule = field(default_factory=RetryRule)
    version: int = 1
    from_version: Mapping[int, Callable[[Args], Args]] = field(default_factory=dict)

    def read(self, version: int, args: Args) -> Args:
        """Arguments as this version knows them. Raises GiveUp."""
        if version > self.version:
            raise GiveUp(
                f"its arguments are of version {version}, and this Ringdesk reads only up to {self.version}; "
                "run it again with the newer Ringdesk that made it"
            )
        for older in range(version, self.version):
            if older not in self.from_version:
                raise GiveUp(
                    f"its arguments are of version {older}, which this Ringdesk cannot read any more"
                )
            args = self.from_version[older](args)
        return args
