"""What several pages of the knowledge base need."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from knowledgebase import labels, variables
from knowledgebase.models import Template

# How names of scenarios look, for who thinks up a new one.
EXAMPLE_SLUG = "lost-parcel.reship"


def signed_in(request: HttpRequest) -> User:
    """Return the user; the permission check before it let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def slot_label(name: str) -> str:
    """Return what a variable is called in the reader's language."""
    variable = variables.VARIABLES.get(name)
    return variable.label(labels.interface_language()) if variable else name


def back_to_template(template: Template) -> HttpResponse:
    """Return to the page of a template's scenario, at its mood."""
    address = redirect("knowledgebase:scenario", template.scenario.slug)
    address["Location"] += f"?variant={template.variant}"
    return address


def number_in(text: str) -> int | None:
    """Return a number that a form sent, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def marked(body: str) -> list[tuple[str, bool]]:
    """Cut a body into plain parts and variables, for showing."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in variables.PATTERN.finditer(body):
        parts += [(body[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [part for part in [*parts, (body[end:], False)] if part[0]]
