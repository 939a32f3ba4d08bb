"""The recorder's section of the settings."""

from pydantic import BaseModel, ConfigDict, Field


class RecorderSettings(BaseModel):
    """How records are batched, and how many wait when the database cannot take them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_seconds: float = Field(default=0.5, gt=0, description="longest wait before a record is written")
    batch_items: int = Field(default=500, ge=1, description="most records in one transaction")
    write_timeout_s: float = Field(default=10.0, gt=0, description="after this a write counts as failed")
    retry_first_s: float = Field(default=0.5, gt=0, description="first pause after a failed write")
    retry_max_s: float = Field(default=10.0, gt=0, description="longest pause between tries")
    spool_bytes: int = Field(
        default=256 * 2**20, ge=4096, description="bound of the spool on disk; past it records stay in memory"
    )
    segment_bytes: int = Field(default=2**20, ge=1024, description="size of one file of the spool")
    memory_items: int = Field(
        default=50_000, ge=1, description="bound of what waits in memory; past it the oldest are dropped"
    )
