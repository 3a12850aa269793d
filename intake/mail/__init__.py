"""Mail as it comes off the wire, read into a record: pure Python, no Django, no network."""

from intake.mail.parse import read_mail
from intake.mail.record import Address, Attachment, Mail

__all__ = ["Address", "Attachment", "Mail", "read_mail"]
