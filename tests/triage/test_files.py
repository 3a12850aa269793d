"""Old artefacts are removed by night; figures stay, and nothing that may still be needed goes."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from common import clock
from tests import factories
from tests.factories import make_user
from triage import queries, runtime, services
from triage.errors import ArtefactBroken, FileRemoved
from triage.models import (
    ModelArtefact,
    ModelJudging,
    ModelVersion,
    Prediction,
    Replay,
    VersionState,
)
from triage.services import files

pytestmark = pytest.mark.django_db

NOW = clock.now()
RETIRED, SHADOW, CHAMPION = VersionState.RETIRED, VersionState.SHADOW, VersionState.CHAMPION


@pytest.fixture(autouse=True)
def thirty_days(settings: Settings) -> None:
    settings.REDRESS_MODEL_FILE_DAYS = 30


def add(
    state: VersionState = RETIRED, *, days: int = 100, promoted: int | None = None
) -> ModelVersion:
    """Add a version of so many days ago that was put into use so many days ago."""
    version = services.add_version(
        artefact=b"bytes",
        digest="0" * 64,
        figures={"examples": 900},
        settings={},
        data_fingerprint="",
        state=SHADOW,
        now=NOW - timedelta(days=days),
    )
    version.state = state
    version.promoted_at = None if promoted is None else NOW - timedelta(days=promoted)
    version.save()
    return version


def kept() -> set[int]:
    return set(ModelArtefact.objects.values_list("version__number", flat=True))


def read_with(version: ModelVersion, *, days: int) -> Prediction:
    ticket = factories.ticket(text="x")
    return Prediction.objects.create(
        ticket=ticket,
        message_id=0,
        model=version,
        probability=0.5,
        confidence=0.5,
        abstained=True,
        priority=3,
        emotion=0,
        created_at=NOW - timedelta(days=days),
    )


def test_the_version_in_use_and_the_newest_shadow_stay_however_old() -> None:
    champion, old_shadow, shadow = add(CHAMPION, promoted=90), add(SHADOW), add(SHADOW)
    assert services.remove_old_files(now=NOW) == 1
    assert kept() == {champion.number, shadow.number}
    old_shadow.refresh_from_db()
    assert old_shadow.file_removed_at == NOW
    assert old_shadow.figures == {"examples": 900}


def test_the_last_ten_that_were_in_use_can_be_gone_back_to() -> None:
    versions = [add(promoted=200 - place) for place in range(12)]
    champion = add(CHAMPION, promoted=40)
    assert services.remove_old_files(now=NOW) == 2
    assert kept() == {one.number for one in [*versions[2:], champion]}
    services.promote(number=versions[2].number, by=make_user(role="supervisor"), now=NOW)
    assert queries.champion() == versions[2]


def test_what_is_young_or_was_used_lately_stays() -> None:
    add(CHAMPION, promoted=90)
    young, read, replayed, running = add(days=29), add(), add(), add()
    gone, long_ago = add(), add()
    read_with(read, days=3)
    read_with(long_ago, days=31)
    for version, days, state in ((replayed, 5, "done"), (running, 60, "running")):
        at = NOW - timedelta(days=days)
        Replay.objects.create(
            model=version, since=at, until=NOW, allowed_error=0.05, state=state, created_at=at
        )
    services.remove_old_files(now=NOW)
    assert kept() == {1, young.number, read.number, replayed.number, running.number}
    assert ModelVersion.objects.get(pk=gone.pk).file_removed_at == NOW


def test_what_was_read_and_judged_still_names_the_version() -> None:
    add(CHAMPION, promoted=90)
    old = add()
    reading = read_with(old, days=80)
    ModelJudging.objects.create(version=old, before=1, rows=[], judged_at=NOW)
    services.remove_old_files(now=NOW)
    reading.refresh_from_db()
    assert reading.model == old
    assert queries.latest_judging() is not None
    with pytest.raises(ArtefactBroken):
        runtime.load(old)


def test_a_second_night_finds_nothing_to_do() -> None:
    add(CHAMPION, promoted=90)
    old = add()
    services.remove_old_files(now=NOW)
    assert services.remove_old_files(now=NOW + timedelta(days=1)) == 0
    old.refresh_from_db()
    assert old.file_removed_at == NOW


def test_zero_days_keep_them_for_good(settings: Settings) -> None:
    settings.REDRESS_MODEL_FILE_DAYS = 0
    add(days=4000)
    assert services.remove_old_files(now=NOW) == 0
    assert kept() == {1}


# ---- Going back ----


def test_what_is_gone_is_neither_put_into_use_nor_replayed_nor_offered(client: Client) -> None:
    add(CHAMPION, promoted=20)
    old = add(promoted=90)
    ModelVersion.objects.filter(pk=old.pk).update(file_removed_at=NOW)
    supervisor = make_user(role="supervisor")
    with pytest.raises(FileRemoved):
        services.promote(number=old.number, by=supervisor, now=NOW)
    with pytest.raises(FileRemoved):
        services.start_replay(
            number=old.number, since=NOW - timedelta(days=3), until=NOW, by=supervisor, now=NOW
        )
    assert queries.previous_champion() is None
    client.force_login(supervisor)
    page = client.get("/models/")
    assert page.context["previous"] is None
    assert "File removed <time" in page.text
    assert "figures kept" in page.text
    assert f"/models/{old.number}/promote/" not in page.text
    assert client.post(f"/models/{old.number}/promote/").status_code == 409
    assert f'<option value="{old.number}">' not in client.get("/models/replays/").text


# ---- At the same time ----


@pytest.mark.django_db(transaction=True)
def test_what_is_being_promoted_is_not_removed_meanwhile() -> None:
    add(CHAMPION, promoted=20)
    old = add()
    removed: list[int] = []

    def clean() -> None:
        removed.append(services.remove_old_files(now=NOW))
        connection.close()

    with transaction.atomic():
        services.promote(number=old.number, by=make_user(role="supervisor"), now=NOW)
        # The promotion holds its lock and is not yet to be seen by others.
        other = threading.Thread(target=clean)
        other.start()
        other.join()
    assert removed == [0]
    assert old.number in kept()
    assert queries.champion() == old


@pytest.mark.django_db(transaction=True)
def test_a_promotion_that_comes_second_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    add(CHAMPION, promoted=20)
    old = add()
    supervisor = make_user(role="supervisor")
    refused: list[str] = []
    begun = threading.Event()

    def promote() -> None:
        begun.set()
        try:
            services.promote(number=old.number, by=supervisor, now=NOW)
        except FileRemoved as error:
            refused.append(str(error))
        finally:
            connection.close()

    is_needed = files._is_needed

    def promote_meanwhile(version: ModelVersion, since: datetime) -> bool:
        # The file is as good as gone: the lock on its row is held.
        if version == old:
            threads.append(threading.Thread(target=promote))
            threads[0].start()
            begun.wait()
        return is_needed(version, since)

    threads: list[threading.Thread] = []
    monkeypatch.setattr(files, "_is_needed", promote_meanwhile)
    assert services.remove_old_files(now=NOW) == 1
    threads[0].join()
    assert refused == [f"The file of model {old.number} was removed; only its figures are kept."]
    assert queries.champion() != old
