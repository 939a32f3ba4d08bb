"""The customers' section of the settings."""

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, field_validator


class CrmSettings(BaseModel):
    """How callers are recognised."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home_region: str = Field(
        default="CN", description="country of numbers written without a country code, two letters"
    )

    @field_validator("home_region")
    @classmethod
    def _known_region(cls, region: str) -> str:
        if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"{region!r} is no country; two letters are expected, such as CN")
        return region.upper()
