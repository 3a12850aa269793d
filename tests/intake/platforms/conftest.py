"""The door over real HTTP, and a database whose transactions are real, for the whole package.

Nothing is rolled back between tests: each has a source and a customer of its own. What they wrote
is taken out at the end.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from tests.intake.standins import StandIn

if TYPE_CHECKING:
    from tests.intake.platforms.stage import Stage


@pytest.fixture(scope="package")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Replace pytest-django's fixture of this name, by which it finds and sorts such tests."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="package")
def door(transactional_db: None) -> Iterator[str]:
    """The address of Redress."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def stage(request: pytest.FixtureRequest, door: str, settings: Any) -> "Iterator[Stage]":
    """The platform that the test names, and a source for it."""
    with request.param() as platform:
        yield prepare(platform, door, settings)
        assert platform.complaints == []


def prepare(platform: StandIn, door: str, settings: Any) -> "Stage":
    """Set a source up for the stand-in, as an administrator would."""
    # This file is read before Django is set up.
    from tests.factories import make_source, make_user
    from tests.intake.platforms.stage import Stage

    settings.REDRESS_PUBLIC_URL = door
    place = platform.base.removeprefix("http://")
    settings.REDRESS_MEDIA_TEST_HOSTS = [place, place.replace("127.0.0.1", "localhost")]
    for name, value in platform.django_settings().items():
        setattr(settings, name, value)
    source: Any = make_source(
        kind=platform.kind,
        slug=f"{platform.kind.replace('_', '-')}-{platform.number}",
        secret=platform.secret,
        settings=platform.settings,
    )
    platform.door = f"{door}/intake/{source.slug}/"
    return Stage(platform, source, make_user(role="supervisor"))
