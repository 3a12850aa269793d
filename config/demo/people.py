"""The desk of the demo: who works there, and the sources that deliver to it."""

from django.conf import settings

from accounts.models import Team, User
from intake.models import Source
from intake.services import create_source

PASSWORD_BYTES = 9
# username, name, role, teams, language
DESK = (
    ("mei", "Mei Tan", "agent", "LQA", "en"),
    ("diego", "Diego Karlsson", "agent", "LAF", "en"),
    ("ling", "凌志", "agent", "LQAF", "zh-hans"),
    ("amara", "Amara Obi", "senior", "LQAFCS", "en"),
    ("yun", "云舒", "senior", "LQAFCS", "zh-hans"),
    ("lena", "Lena Zhou", "lead", "LQAFCS", "en"),
    ("sora", "Sora Lindgren", "supervisor", "", "en"),
    ("editor", "Kai Editor", "editor", "", "en"),
    ("admin", "Administrator", "admin", "", "en"),
)
SOURCES = (
    ("generic", "Shop", "shop"),
    ("email", "Mail", "mail"),
    ("form", "Complaint form", "form"),
)


def add_people(password: str) -> dict[str, User]:
    """Add the desk with one password for all; people who are there keep theirs."""
    people = {}
    for username, name, role, teams, language in DESK:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={
                "display_name": name,
                "role": role,
                "language": language,
                "email": f"{username}@desk.example",
                "is_staff": role == "admin",
            },
        )
        if created:
            user.set_password(password)
            user.save(update_fields=["password"])
            user.teams.set(Team.objects.filter(code__in=list(teams)))
        people[username] = user
    return people


def add_sources() -> dict[str, Source]:
    """Add one source of each kind, unless there is one of that name."""
    sources = {}
    for kind, name, slug in SOURCES:
        source = Source.objects.filter(slug=slug).first()
        if source is None:
            source = create_source(kind=kind, name=name)
            if source.slug != slug:
                Source.objects.filter(pk=source.pk).update(slug=slug)
                source.slug = slug
        sources[slug] = source
    return sources


def write_logins(password: str) -> None:
    """Leave the log-ins where ``manage.py up`` prints them from."""
    shown = ("mei", "lena", "sora", "admin")
    roles = {username: role for username, _name, role, _teams, _language in DESK}
    lines = [f"{username:8} {password}   ({roles[username]})" for username in shown]
    path = settings.VAR_DIR / "demo_logins.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
