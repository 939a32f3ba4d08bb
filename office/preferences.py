"""What users set for themselves: the language and look of their console."""

from office.audit import Actor
from storage.pools import Connections
from storage.repositories.users import Users


async def keep_preferences(connections: Connections, actor: Actor, language: str, theme: str) -> None:
    """Keep them for the next sign-in too. Nobody but the user sets them, so nothing is refused or audited."""
    if actor.user_id is None:
        raise ValueError("only a user has preferences")
    async with connections.transaction() as session:
        await Users(session).set_preferences(actor.user_id, language=language, theme=theme)
