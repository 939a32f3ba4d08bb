"""Recording files: what Asterisk wrote is made into one stereo file, hashed, stored and found again."""

from storage.recordings.intake import IngestReport, ingest
from storage.recordings.store import PathRefused, RecordingStore

__all__ = ["IngestReport", "PathRefused", "RecordingStore", "ingest"]
