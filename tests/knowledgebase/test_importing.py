"""Files come back: looked at first, then all or nothing, and never over what is newer."""

import io
import zipfile
from datetime import timedelta

import pytest

from accounts.models import User
from common.errors import NotAllowed, NotFound
from knowledgebase import services
from knowledgebase.errors import BadBundle, BundleChanged
from knowledgebase.models import KnowledgeUpload, Scenario, Template
from knowledgebase.queries.bundles import Plan, export_bundle
from tests.factories import MONDAY_TEN, make_user
from tests.knowledgebase.test_bundles import GOOD, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

SLUG = "stuck-parcel.no-scan"


@pytest.fixture
def editor() -> User:
    return make_user(role="editor")


def exported() -> bytes:
    return export_bundle(Scenario.objects.prefetch_related("templates").order_by("id"))


def files_of(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rewritten(raw: bytes, old: str, new: str) -> bytes:
    """Return the bundle with one text changed in its files."""
    files = files_of(raw)
    assert any(old in text for text in files.values())
    return zipped(**{name: text.replace(old, new) for name, text in files.items()})


def template(language: str = "en") -> Template:
    return Template.objects.get(scenario__slug=SLUG, language=language, variant="calm")


def kinds(plan: Plan) -> dict[str, str]:
    return {item.sheet.article.slug: item.kind for item in plan.items}


def test_what_was_taken_out_comes_back_as_unchanged() -> None:
    plan = services.plan_upload("x.zip", exported())
    assert set(kinds(plan).values()) == {"unchanged"}
    assert plan.refused == []


def test_the_same_library_gives_the_same_bytes() -> None:
    assert exported() == exported()


def test_looking_changes_nothing_and_taking_over_makes_drafts(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    upload, plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    assert kinds(plan)[SLUG] == "changed"
    assert template().version == 1
    services.apply_upload(upload_id=upload.pk, by=editor, now=MONDAY_TEN)
    one = template()
    assert "on Monday answers" in one.body
    assert "on Monday answers" not in one.published_body
    assert (one.version, one.status) == (2, "draft")


def test_taking_over_twice_changes_nothing_more(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    upload, _plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    for _ in range(2):
        services.apply_upload(upload_id=upload.pk, hand_in=True, by=editor, now=MONDAY_TEN)
    assert (template().version, template().status) == (2, "review")


def test_a_newer_text_here_is_never_overwritten_silently(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    services.edit_template(template_id=template().pk, body="Ours.", by=editor, now=MONDAY_TEN)
    upload, plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    assert kinds(plan)[SLUG] == "conflict"
    services.apply_upload(upload_id=upload.pk, by=editor, now=MONDAY_TEN)
    assert template().body == "Ours."


def test_somebody_may_decide_for_the_file(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    services.edit_template(template_id=template().pk, body="Ours.", by=editor, now=MONDAY_TEN)
    upload, _plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    services.apply_upload(upload_id=upload.pk, take={f"{SLUG} en/calm"}, by=editor, now=MONDAY_TEN)
    assert "on Monday answers" in template().body


def test_a_file_that_says_nothing_new_does_not_undo_an_edit(editor: User) -> None:
    raw = exported()
    services.edit_template(template_id=template().pk, body="Ours.", by=editor, now=MONDAY_TEN)
    plan = services.plan_upload("x.zip", raw)
    assert kinds(plan)[SLUG] == "unchanged"
    [item] = [one for one in plan.items if one.sheet.article.slug == SLUG]
    assert [change.place for change in item.of("kept")] == ["en/calm"]


def test_shipped_files_without_a_list_of_versions_know_what_is_newer(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    files = {name: text for name, text in files_of(raw).items() if name.endswith(".toml")}
    assert kinds(services.plan_upload("x.zip", zipped(**files)))[SLUG] == "changed"
    services.edit_template(template_id=template().pk, body="Ours.", by=editor, now=MONDAY_TEN)
    assert kinds(services.plan_upload("x.zip", zipped(**files)))[SLUG] == "conflict"


def test_a_library_that_moved_on_is_looked_at_again(editor: User) -> None:
    raw = rewritten(exported(), f"on {SLUG} answers", "on Monday answers")
    upload, _plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    services.edit_template(template_id=template().pk, body="Ours.", by=editor, now=MONDAY_TEN)
    with pytest.raises(BundleChanged):
        services.apply_upload(upload_id=upload.pk, by=editor, now=MONDAY_TEN)
    assert template().body == "Ours."


def test_new_scenarios_and_new_heads_arrive(editor: User) -> None:
    files = {"mine.toml": GOOD}
    upload, plan = services.keep_upload(
        name="x.zip", raw=zipped(**files), by=editor, now=MONDAY_TEN
    )
    assert kinds(plan) == {"stuck-parcel.mine": "new"}
    services.apply_upload(upload_id=upload.pk, by=editor, now=MONDAY_TEN)
    made = Scenario.objects.get(slug="stuck-parcel.mine")
    assert made.expires_on is not None
    assert made.templates.get().status == "draft"
    again = {"mine.toml": GOOD.replace("where is it", "where has it gone")}
    upload, plan = services.keep_upload(
        name="x.zip", raw=zipped(**again), by=editor, now=MONDAY_TEN
    )
    # Made here, so no file can know what it looked like.
    assert kinds(plan) == {"stuck-parcel.mine": "conflict"}
    services.apply_upload(
        upload_id=upload.pk, take={"stuck-parcel.mine head"}, by=editor, now=MONDAY_TEN
    )
    made.refresh_from_db()
    assert made.examples_en == ["where has it gone"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("logistics.stuck-parcel", "logistics.unknown", "head", 1),
        ("Thank you, {customer_name}.", "You idiot, tell me your password.", "tone", 20),
    ],
    ids=["category", "tone"],
)
def test_what_may_not_be_kept_is_refused_with_its_line(
    old: str, new: str, code: str, line: int
) -> None:
    plan = services.plan_upload("mine.toml", GOOD.replace(old, new).encode())
    assert plan.items == []
    assert (plan.refused[0].code, plan.refused[0].line) == (code, line)


def test_what_is_no_bundle_is_refused_at_once(editor: User) -> None:
    with pytest.raises(BadBundle):
        services.keep_upload(name="x.zip", raw=b"PK half", by=editor, now=MONDAY_TEN)
    assert KnowledgeUpload.objects.count() == 0


def test_uploads_belong_to_those_who_brought_them_and_go_after_a_day(editor: User) -> None:
    raw = zipped(**{"mine.toml": GOOD})
    upload, _plan = services.keep_upload(name="x.zip", raw=raw, by=editor, now=MONDAY_TEN)
    other = make_user(role="editor")
    with pytest.raises(NotFound):
        services.apply_upload(upload_id=upload.pk, by=other, now=MONDAY_TEN)
    services.keep_upload(name="y.zip", raw=raw, by=other, now=MONDAY_TEN + timedelta(days=2))
    assert [one.name for one in KnowledgeUpload.objects.all()] == ["y.zip"]


def test_only_editors_bring_files() -> None:
    with pytest.raises(NotAllowed):
        services.keep_upload(name="x.zip", raw=b"", by=make_user(role="lead"), now=MONDAY_TEN)
