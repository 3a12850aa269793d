"""The PostgreSQL that comes with Redress, for machines that have none. See docs/adr/0002."""

from config.embedded.database import EmbeddedDatabase
from config.embedded.server import DatabaseError

__all__ = ["DatabaseError", "EmbeddedDatabase"]
