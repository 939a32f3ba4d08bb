"""What the console is told about its session."""

from typing import Annotated

from pydantic import Field

from agent_console.api.common.fields import Answer, Body, PlainText
from agent_console.settings import Disposition
from office.rules.people import Role
from office.rules.roles import Privilege


class Credentials(Body):
    """Who wants to sign in."""

    login: Annotated[PlainText, Field(min_length=1, max_length=64)]
    password: Annotated[PlainText, Field(min_length=1, max_length=1024, repr=False)]


class UserAnswer(Answer):
    """The user of the session."""

    id: int
    login: str
    name: str
    name_en: str = Field(description="Empty when there is none.")
    role: Role
    language: str = Field(description="Empty until one was chosen: that of the browser counts.")
    theme: str


class PhoneAnswer(Answer):
    """The account with which the console's phone registers at Asterisk."""

    ws_url: str
    sip_uri: str
    auth_user: str
    password: str
    realm: str
    changed_by: str = Field(
        description="What gave the phone its present password: password, administrator, deactivated, "
        "restored, or empty for the first one."
    )


class HotlineAnswer(Answer):
    """A number that callers dial."""

    number: str
    name: str


class Me(Answer):
    """Everything the console needs before it opens the live connection."""

    user: UserAnswer
    agent: str | None = Field(description="Extension; null for a user without a phone.")
    csrf: str = Field(description="Goes into the header X-CSRF-Token of all that changes something.")
    phone: PhoneAnswer | None = Field(description="Null for a user without a phone or with a desk phone.")
    privileges: list[Privilege]
    pauses: list[str]
    dispositions: list[Disposition]
    hotlines: list[HotlineAnswer]
    version: str
    time_zone: str = Field(description="Of the firm: whose days and times of day are shown.")
