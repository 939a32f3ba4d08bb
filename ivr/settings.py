"""Settings of the voice menus."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

SHIPPED_FLOWS = Path(__file__).parent / "flows"


class IvrSettings(BaseModel):
    """The FastAGI server, the folder of flows, and the voices of the prompts. Durations in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    max_calls: int = Field(default=1000, ge=1, description="More callers go to the fallback queue.")
    environment_timeout_s: float = Field(default=5.0, gt=0)

    flows_folder: Path = SHIPPED_FLOWS
    look_for_changes_s: float = Field(default=1.0, gt=0)

    voices: dict[str, str] = Field(
        default={"zh": "cmn", "en": "en-us"}, description="Language of a flow → voice of espeak-ng."
    )
    words_per_minute: int = Field(default=150, ge=80, le=400)
