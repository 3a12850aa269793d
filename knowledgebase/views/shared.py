"""What several pages of the knowledge base need."""

from django.http import HttpRequest

from accounts.models import User
from knowledgebase import labels, variables


def signed_in(request: HttpRequest) -> User:
    """Return the user; the permission check before it let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def slot_label(name: str) -> str:
    """Return what a variable is called in the reader's language."""
    variable = variables.VARIABLES.get(name)
    return variable.label(labels.interface_language()) if variable else name
