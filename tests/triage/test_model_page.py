"""The model page: the line that is drawn, what was measured, and whose labels count."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from common import clock
from tests import factories
from tests.factories import make_user
from triage import charts, display, queries, services
from triage.ml.calibration import Curve
from triage.ml.intervals import wilson
from triage.ml.model import MEASURED_ERRORS, _measured
from triage.models import (
    Label,
    LabelKind,
    ModelVersion,
    Prediction,
    TrustedLabeller,
    VersionState,
)

pytestmark = pytest.mark.django_db

PART = {
    "tickets": 200,
    "champion_right": 150,
    "challenger_right": 170,
    "only_champion": 5,
    "only_challenger": 25,
    "p_better": 0.0001,
    "p_worse": 0.9999,
}
CHANCE = PART | {"challenger_right": 152, "p_better": 0.4, "p_worse": 0.7, "only_challenger": 7}


def curve(rows: int = 400) -> Curve:
    """Answers that are right as often as they say, from no confidence to full."""
    said = np.linspace(0, 1, rows, dtype=np.float32)
    right = (np.arange(rows) * 0.618) % 1 < said
    return Curve.of(said, right)


def add(state: VersionState = VersionState.CHAMPION, **figures: Any) -> ModelVersion:
    both = {"zh": _measured(curve()), "en": _measured(curve(300))}
    return services.add_version(
        artefact=b"-",
        digest="0" * 64,
        figures={"examples": 900, "labels": 12, "measured": both, **figures},
        settings={},
        data_fingerprint="",
        state=state,
        now=clock.now(),
    )


def comparison(why: str, *worse: str) -> dict[str, Any]:
    names = ("all", "language zh", "class quality.safety-hazard", "anchor en")
    parts = [{**(PART if name == "all" else CHANCE), "name": name} for name in names]
    return {"parts": parts, "why": why, "worse_parts": list(worse)}


@pytest.fixture
def supervisor(client: Client) -> User:
    user = make_user(username="head", role="supervisor", display_name="Mei Tan")
    client.force_login(user)
    return user


def check(*, wrong: bool) -> None:
    ticket = factories.ticket(text="x", external_id=f"c-{Label.objects.count()}")
    Label.objects.create(
        ticket=ticket,
        field="category",
        value="price.price-drop",
        kind=LabelKind.CHANGED if wrong else LabelKind.CONFIRMED,
        is_check=True,
        at=clock.now(),
    )


# ---- Who may ----


@pytest.mark.parametrize("role", ["agent", "senior", "viewer"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/models/"),
        ("get", "/models/effect/"),
        ("post", "/models/allowed-error/"),
        ("post", "/models/labellers/1/trust/"),
        ("post", "/models/labellers/1/doubt/"),
    ],
)
def test_only_those_who_promote_models_draw_the_line(
    client: Client, role: str, method: str, path: str
) -> None:
    client.force_login(make_user(role=role))
    assert getattr(client, method)(path, {"allowed": "9"}).status_code == 403
    assert queries.steering().allowed_error == 0.05


def test_nobody_draws_the_line_without_signing_in(client: Client) -> None:
    assert client.post("/models/allowed-error/", {"allowed": "9"}).status_code == 302
    assert queries.steering().allowed_error == 0.05


@pytest.mark.parametrize("path", ["/models/allowed-error/", "/models/labellers/1/trust/"])
def test_looking_changes_nothing(client: Client, supervisor: User, path: str) -> None:
    assert client.get(path).status_code == 405


# ---- The line ----


def test_the_slider_is_saved_and_said(client: Client, supervisor: User) -> None:
    add()
    sent = {"allowed": "3.5", "language": "zh"}
    page = client.post("/models/allowed-error/", sent, follow=True)
    assert queries.steering().allowed_error == pytest.approx(0.035)
    assert queries.steering().changed_by == supervisor
    assert "The allowed error is now 3.5%." in page.text
    assert page.context["language"] == "zh"
    assert 'value="3.5"' in page.text


@pytest.mark.parametrize("allowed", ["0.4", "31", "-3", "nan", "inf", "", "much", "1e400"])
def test_a_line_that_cannot_be_kept_is_refused(
    client: Client, supervisor: User, allowed: str
) -> None:
    assert client.post("/models/allowed-error/", {"allowed": allowed}).status_code == 422
    assert queries.steering().allowed_error == 0.05


def test_what_is_no_number_is_refused_by_the_service_too(supervisor: User) -> None:
    with pytest.raises(services.steering.ErrorOutOfRange):
        services.set_allowed_error(share=float("nan"), by=supervisor, now=clock.now())


def test_the_address_after_saving_is_ours(client: Client, supervisor: User) -> None:
    sent = {"allowed": "3", "language": "en&x=//elsewhere.example"}
    assert client.post("/models/allowed-error/", sent).headers["Location"] == "/models/"


def test_the_slider_answers_with_the_effect_alone(client: Client, supervisor: User) -> None:
    add()
    answer = client.get("/models/effect/?allowed=10&language=en", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'id="effect"' in answer.text
    assert 'id="risk-chart" hx-swap-oob="true"' in answer.text
    assert "in force: 5.0%" in answer.text
    assert f"{answer.context['risk'].at.alone}%" in answer.text
    assert queries.steering().allowed_error == 0.05


def test_without_scripts_the_effect_is_the_page(client: Client, supervisor: User) -> None:
    add()
    page = client.get("/models/effect/?allowed=10&language=en", follow=True)
    assert page.redirect_chain == [("/models/?allowed=10&language=en", 302)]
    assert page.context["risk"].at.allowed == pytest.approx(0.1)


def test_a_larger_allowed_error_files_no_less_and_needs_no_more() -> None:
    steps = [display.Step(*row) for row in _measured(curve(2000))["steps"]]
    assert [step.allowed for step in steps] == list(MEASURED_ERRORS)
    for before, after in pairwise(steps):
        assert after.share >= before.share
        assert after.needs <= before.needs
    assert steps[-1].files_any
    assert all(step.wrong <= step.allowed * 100 for step in steps if step.files_any)


@pytest.mark.parametrize(
    ("allowed", "step"), [(0.001, 0.005), (0.033, 0.03), (0.03, 0.03), (0.3, 0.1)]
)
def test_between_two_steps_the_careful_one_holds(allowed: float, step: float) -> None:
    found = display.risk(add(), None, "zh", saved=allowed)
    assert found is not None
    assert found.at.allowed == pytest.approx(step)


def test_the_card_says_what_the_line_in_force_needs(client: Client, supervisor: User) -> None:
    version = add(thresholds={"zh": [0.31, 0.2], "en": [0.31, 0.2]})
    ticket = factories.triaged(factories.ticket(text="x"), category="price.price-drop")
    Prediction.objects.create(
        ticket=ticket,
        message_id=ticket.last_customer_message_id or 0,
        model=version,
        category="price.price-drop",
        probability=0.5,
        confidence=0.5,
        abstained=True,
        priority=3,
        emotion=0,
        decision={"language": "zh"},
        created_at=clock.now(),
    )
    for allowed, said in [(None, 0.05), (0.08, 0.08), (0.1, 0.1)]:
        if allowed:
            services.set_allowed_error(share=allowed, by=supervisor, now=clock.now())
        (needs,) = (step[1] for step in _measured(curve())["steps"] if step[0] == said)
        page = client.get(f"/triage/card/{ticket.reference}/")
        assert f"{round(needs * 100)}% to file alone" in page.text
        lines = dict(client.get("/models/").context["versions"][0].lines)
        assert lines["Chinese"] == pytest.approx(needs)
    services.set_allowed_error(share=0.02, by=supervisor, now=clock.now())
    assert "to file alone" not in client.get(f"/triage/card/{ticket.reference}/").text


def test_a_version_without_a_curve_says_the_line_of_its_training() -> None:
    version = add(measured=None, thresholds={"zh": [0.81, 0.4], "en": [1.01, 1.01]})
    assert display.needed_confidence(version, "zh", 0.02) == 0.81
    assert display.needed_confidence(version, "en", 0.02) is None
    assert display.lines_of(version, 0.02) == [("English", None), ("Chinese", 0.81)]


def test_a_newer_shadow_is_drawn_beside_the_champion(client: Client, supervisor: User) -> None:
    add(VersionState.SHADOW)
    add()
    assert client.get("/models/").context["shadow"] is None
    newer = add(VersionState.SHADOW)
    page = client.get("/models/")
    assert page.context["shadow"] == newer
    assert 'class="l2"' in page.text
    assert "3 in the shadow" in page.text


def test_the_charts_stay_inside_their_edges() -> None:
    drawn = charts.risk([(0.0, -1.0), (5.0, 2.0)], [], at=(0.3, 0.5), saved=0.3)
    assert drawn.line == "M36.0 196.0L330.0 12.0"
    assert drawn.other == ""
    assert drawn.dot.anchor == "end"
    assert drawn.saved_x == "330.0"


# ---- Nothing there, or an older row ----


def test_without_a_model_the_page_says_what_is_missing(client: Client, supervisor: User) -> None:
    page = client.get("/models/")
    assert page.status_code == 200
    assert "rules alone decide" in page.text
    assert "There is no measured curve yet." in page.text
    assert "No challenger has been compared yet." in page.text
    assert "Too few to say" in page.text
    assert client.get("/models/effect/", headers={"HX-Request": "true"}).status_code == 200


def test_a_version_from_before_the_curve_was_kept_is_shown(
    client: Client, supervisor: User
) -> None:
    version = add()
    ModelVersion.objects.filter(pk=version.pk).update(figures={})
    page = client.get("/models/")
    assert "There is no measured curve yet." in page.text
    assert page.context["versions"] == [version]


# ---- Champion and challenger ----


@pytest.mark.parametrize(
    ("why", "worse", "said"),
    [
        ("better", (), "is better by more than chance, and nowhere worse."),
        ("no_better", (), "is no better than chance explains."),
        ("worse", ("language zh",), "is worse by more than chance: Chinese."),
        ("too_few", (), "Too few labels were kept apart to say: 50 are needed."),
    ],
)
def test_the_verdict_is_said_in_words(
    client: Client, supervisor: User, why: str, worse: tuple[str, ...], said: str
) -> None:
    add()
    add(VersionState.SHADOW, comparison=comparison(why, *worse), compared_with=1)
    page = client.get("/models/")
    assert said in page.text
    assert str(display.VERDICTS[why]) in page.text
    rows = {row.name: row for row in page.context["versus"].rows}
    assert set(rows) == {
        "All tickets",
        "Chinese",
        "Safety hazard",
        "Phrasings written apart, English",
    }
    assert rows["All tickets"].kind == "good"
    assert rows["All tickets"].change == "+10.0"
    assert rows["Chinese"].kind == ("danger" if worse else "muted")
    assert rows["Safety hazard"].said == "could be chance"


# ---- Labels set aside ----


def test_labels_set_aside_are_counted_anyway_and_set_aside_again(
    client: Client, supervisor: User
) -> None:
    odd = make_user(username="odd", display_name="<script>alert(1)</script>")
    add(set_aside=[{"person": odd.pk, "labels": 60, "changed": 60, "expected": 3.0}])
    page = client.get("/models/")
    assert "changed 60 of 60 answers, 3.0 expected" in page.text
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    page = client.post(f"/models/labellers/{odd.pk}/trust/", follow=True)
    assert queries.trusted_labellers() == {odd.pk}
    assert "<script>alert" not in page.text
    assert f"/models/labellers/{odd.pk}/doubt/" in page.text
    page = client.post(f"/models/labellers/{odd.pk}/doubt/", follow=True)
    assert queries.trusted_labellers() == set()
    assert f"/models/labellers/{odd.pk}/trust/" in page.text


def test_nobody_is_offered_to_vouch_for_themselves(client: Client, supervisor: User) -> None:
    add(set_aside=[{"person": supervisor.pk, "labels": 60, "changed": 60, "expected": 3.0}])
    page = client.get("/models/")
    assert "Somebody else must vouch for you." in page.text
    assert f"/models/labellers/{supervisor.pk}/trust/" not in page.text
    assert client.post(f"/models/labellers/{supervisor.pk}/trust/").status_code == 403
    assert not TrustedLabeller.objects.exists()


def test_whoever_is_vouched_for_stays_listed_and_whoever_is_gone_does_not(
    client: Client, supervisor: User
) -> None:
    odd = make_user(username="odd")
    services.trust_labeller(user_id=odd.pk, by=supervisor, now=clock.now())
    add(set_aside=[{"person": 999_999, "labels": 60, "changed": 60, "expected": 3.0}])
    (row,) = client.get("/models/").context["labellers"]
    assert (row.user, row.is_trusted, row.labels) == (odd, True, 0)
    assert client.post("/models/labellers/999999/trust/").status_code == 404


# ---- Checks ----


def test_few_checks_say_nothing_and_many_give_an_interval(client: Client, supervisor: User) -> None:
    for number in range(19):
        check(wrong=number < 2)
    assert "Too few to say" in client.get("/models/").text
    check(wrong=False)
    page = client.get("/models/")
    assert "Too few to say" not in page.text
    assert "10.0%" in page.text
    assert "2 wrong of 20 checked" in page.text
    assert page.context["checks"].kind == "open"


@pytest.mark.parametrize(
    ("wrong", "kind"), [(0, "kept"), (10, "open"), (40, "broken")], ids=["none", "some", "many"]
)
def test_the_interval_decides_whether_the_line_is_kept(wrong: int, kind: str) -> None:
    assert display.Checks(200, wrong, 0.05).kind == kind


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(3, 20)
    assert (round(low, 3), round(high, 3)) == (0.052, 0.360)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 50)[0] == 0.0
    assert wilson(50, 50)[1] == pytest.approx(1.0)


def test_the_page_takes_few_statements_however_many_versions(
    client: Client, supervisor: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    odd = [make_user(username=f"odd{number}").pk for number in range(5)]
    doubts = [{"person": pk, "labels": 60, "changed": 60, "expected": 3.0} for pk in odd]
    for _number in range(12):
        add(VersionState.SHADOW, comparison=comparison("too_few"), set_aside=doubts)
    add()
    services.set_allowed_error(share=0.02, by=supervisor, now=clock.now() - timedelta(days=1))
    with django_assert_max_num_queries(24):
        assert client.get("/models/").status_code == 200
