"""What the voice menus count for health pages and alarms."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Since the start of the process; written by the event loop's thread alone."""

    calls: int = 0
    refused_connections: int = 0
    """There was no room for one more call, or it was not from our Asterisk."""
    broken_connections: int = 0
    """The peer did not speak AGI."""
    timeouts: int = 0
    """Asterisk gave no answer, or no environment, in time."""
    script_faults: int = 0
    """A script raised what it should not have; its caller went to the fallback queue."""
    missing_prompts: int = 0
    """A prompt could not be played and was left out."""
    fallbacks: int = 0
    """Calls that a flow could not bring to an end of its own."""

    def in_words(self) -> str:
        """What somebody should look into, for health and `ringdesk status`; empty when all went well."""
        faults = {
            "calls found no room": self.refused_connections,
            "connections were broken": self.broken_connections,
            "time-outs": self.timeouts,
            "faults": self.script_faults,
            "prompts were not there": self.missing_prompts,
            "callers fell back to the queue": self.fallbacks,
        }
        counted = ", ".join(f"{count} {fault}" for fault, count in faults.items() if count)
        return f"since the start {counted}, of {self.calls} calls" if counted else ""
