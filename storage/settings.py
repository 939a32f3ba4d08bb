"""The database's section of the settings."""

from pydantic import BaseModel, ConfigDict, Field, field_validator


class StorageSettings(BaseModel):
    """Where records are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: str = Field(
        default="",
        description="postgresql://user:password@host/name; empty means a SQLite file of the installation",
    )
    busy_timeout_s: float = Field(
        default=5.0, gt=0, le=60, description="how long a write waits for another program's SQLite lock"
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("a database URL begins with sqlite:/// or postgresql://")
        return url
