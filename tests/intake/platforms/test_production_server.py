"""The web server that ships: headers given twice or in foreign letters, on every platform's door.

Servers differ in what they make of such headers before the product sees them.
"""

import json

import pytest

from tests.intake.platforms.raw_http import Header, status_of
from tests.intake.standins import STAND_INS, StandIn
from tests.intake.standins.base import with_header, with_parameter
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

SIGNED = [kind for kind in STAND_INS if kind.signature]
_MAKE = """
import json, sys
from intake.models import Source
for made in json.loads({made!r}):
    Source.objects.create(**made)
"""


@pytest.fixture(scope="module")
def platforms(live_stack: Stack) -> list[StandIn]:
    """Sources for all of them, made in one go."""
    found = [kind() for kind in SIGNED]
    made = []
    for platform in found:
        slug = f"{platform.name.replace('_', '-')}-{platform.number}"
        platform.door = f"{live_stack.url}/intake/{slug}/"
        names = {"slug": slug, "kind": platform.kind, "name": platform.name}
        made.append(names | {"secret": platform.secret, "settings": platform.settings})
    live_stack.manage("shell", "-c", _MAKE.format(made=json.dumps(made)))
    return found


def test_the_genuine_ones_are_taken(platforms: list[StandIn]) -> None:
    for platform in platforms:
        heard = platform.visit(platform.call(platform.letter("hello")))
        assert platform.is_content(heard), (platform.name, heard)


def test_a_proof_given_twice_or_in_foreign_letters_is_refused(platforms: list[StandIn]) -> None:
    for platform in platforms:
        call, name = platform.call(platform.letter("forged")), platform.signature
        if name.startswith("?"):
            name = name[1:]
            proof, bare = call.query[name].encode(), with_parameter(call, name, None)
            own = "&".join(f"{key}={value}" for key, value in bare.query.items()).encode()
            for given in ([proof, proof], [b"x", proof], [proof, b"x"], [b"%E9"], [b"%FF%FE"]):
                query = own + b"".join(b"&" + name.encode() + b"=" + value for value in given)
                status = status_of(platform.door, bare, query=query)
                assert status in {401, 403}, (platform.name, given)
            continue
        proof, bare = call.headers[name].encode(), with_header(call, name, None)
        for given in ([proof, proof], [b"x", proof], [proof, b"x"], [b"\xe9"], ["签".encode()], []):
            headers: list[Header] = [(name.encode(), value) for value in given]
            status = status_of(platform.door, bare, headers)
            assert status in {401, 403}, (platform.name, given)
