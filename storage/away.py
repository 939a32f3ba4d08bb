"""How a database that does not answer, is locked or full shows itself, whichever it is."""

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# The last two come from the driver of PostgreSQL as they are when nobody listens.
AWAY = (OperationalError, InterfaceError, PoolTimeout, ConnectionError, TimeoutError)
