"""Another desk uses the knowledge base alone: suggestions, uses, templates."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import ApiToken, User
from accounts.services import create_token
from knowledgebase import library, readers
from knowledgebase.models import DeskSuggestion, DeskUse, OutcomeCount, Scenario, Template
from knowledgebase.readers import TextReading
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf", "no_model")]

ASK = {
    "text": "My parcel has not moved for three days",
    "language": "en",
    "category": "logistics.stuck-parcel",
    "emotion": "calm",
    "values": {"customer_name": "Ana", "agent_name": "Bo"},
    "order": {"carrier": "SF Express"},
}


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody read texts, so that no test waits for a model."""
    cache.clear()
    monkeypatch.setattr(readers, "_readers", [])


def token(*scopes: str, by: User | None = None) -> str:
    return create_token(name="t", scopes=scopes or ("knowledge:read",), by=by)[1]


def call(method: str, path: str, body: Any = None, *, key: str, **headers: str) -> Any:
    return Client().generic(
        method,
        f"/api/v1/{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"} | headers,
    )


class TestSuggestions:
    def test_the_best_reply_comes_filled_with_its_reasons(self) -> None:
        answer = call("POST", "suggestions/", ASK, key=token())
        assert answer.status_code == 201
        told = answer.json()
        first = told["suggestions"][0]
        assert first["slug"] == "stuck-parcel.no-scan"
        assert first["text"].startswith("Hello Ana: SF Express")
        assert first["missing"] == ["next_update_at"]
        assert first["why"]["same_category"] is True
        assert told["policy"] == {
            "group": "LOG",
            "apology": "A1",
            "length": "M",
            "most": 120,
            "offer": "O2",
            "escalation": "",
            "call": False,
        }
        assert told["decided_by"] == {
            "category": "caller",
            "emotion": "caller",
            "language": "caller",
        }

    def test_an_angry_customer_gets_the_angry_text(self) -> None:
        told = call("POST", "suggestions/", ASK | {"emotion": "angry"}, key=token()).json()
        assert told["suggestions"][0]["variant"] == "angry"
        assert told["policy"]["apology"] == "A3"

    def test_what_is_not_said_is_read_where_somebody_can(self) -> None:
        readers.register(
            lambda _text, _subject, _language: TextReading(
                category="logistics.stuck-parcel", is_sure=True, emotion=2, language="en"
            )
        )
        told = call("POST", "suggestions/", {"text": ASK["text"]}, key=token()).json()
        assert (told["category"], told["emotion"]) == ("logistics.stuck-parcel", "angry")
        assert told["decided_by"]["category"] == "model"

    def test_without_a_reader_the_neutral_row_holds(self) -> None:
        told = call("POST", "suggestions/", {"text": ASK["text"]}, key=token()).json()
        assert (told["category"], told["emotion"], told["policy"]) == ("", "calm", None)
        assert told["decided_by"] == {"category": "nobody", "emotion": "nobody", "language": "text"}
        assert told["suggestions"][0]["slug"] == "stuck-parcel.no-scan"

    def test_conditions_of_use_count(self) -> None:
        Scenario.objects.filter(slug="stuck-parcel.no-scan").update(
            conditions={"order_state": ["shipped"], "exclude": ["perishable"]}
        )
        library.forget()
        for order in (
            {"state": "delivered"},
            {"days_since_delivery": 3},
            {"traits": ["perishable"]},
        ):
            told = call("POST", "suggestions/", ASK | {"order": order}, key=token()).json()
            assert "stuck-parcel.no-scan" not in [one["slug"] for one in told["suggestions"]]

    def test_the_customer_s_words_are_kept_nowhere(self) -> None:
        call(
            "POST", "suggestions/", ASK | {"text": "secret words, my parcel is stuck"}, key=token()
        )
        row = DeskSuggestion.objects.get()
        assert row.answer == {}
        assert "secret" not in json.dumps([row.shown, row.request_digest, row.key])

    def test_the_same_key_gives_the_same_answer_and_no_second_row(self) -> None:
        key = token()
        first = call("POST", "suggestions/", ASK, key=key, **{"Idempotency-Key": "k1"})
        again = call("POST", "suggestions/", ASK, key=key, **{"Idempotency-Key": "k1"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert DeskSuggestion.objects.count() == 1

    def test_a_key_for_another_request_is_refused(self) -> None:
        key = token()
        call("POST", "suggestions/", ASK, key=key, **{"Idempotency-Key": "k1"})
        other = call(
            "POST", "suggestions/", ASK | {"limit": 1}, key=key, **{"Idempotency-Key": "k1"}
        )
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")

    def test_two_machines_do_not_share_keys(self) -> None:
        first = call("POST", "suggestions/", ASK, key=token(), **{"Idempotency-Key": "k1"})
        other = call("POST", "suggestions/", ASK, key=token(), **{"Idempotency-Key": "k1"})
        assert first.json()["id"] != other.json()["id"]

    @pytest.mark.parametrize(
        "change",
        [
            {"text": ""},
            {"text": "x" * 20_001},
            {"language": "fr"},
            {"category": "logistics.nothing"},
            {"emotion": "furious"},
            {"values": {"password": "x"}},
            {"order": {"state": "lost"}},
            {"order": {"amount": "1e999"}},
            {"limit": 99},
        ],
        ids=["empty", "long", "language", "category", "emotion", "value", "state", "sum", "limit"],
    )
    def test_what_cannot_be_used_is_named(self, change: dict[str, Any]) -> None:
        answer = call("POST", "suggestions/", ASK | change, key=token())
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == list(change)

    def test_zero_bytes_and_half_characters_do_no_harm(self) -> None:
        answer = call(
            "POST", "suggestions/", ASK | {"text": "parcel\x00 stuck \ud83d"}, key=token()
        )
        assert answer.status_code in {201, 400}

    def test_scopes_are_asked_for(self) -> None:
        assert call("POST", "suggestions/", ASK, key=token("tickets:read")).status_code == 403
        assert Client().post("/api/v1/suggestions/").status_code == 401

    def test_too_many_calls_have_to_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from knowledgebase.api.throttling import TokenThrottle

        monkeypatch.setattr(TokenThrottle, "rate", "2/min")
        key = token()
        answers = [call("GET", "templates/", key=key) for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 429]
        assert int(answers[2]["Retry-After"]) > 0
        assert answers[2]["Content-Type"] == "application/problem+json"


class TestUses:
    @pytest.fixture
    def key(self) -> str:
        return token()

    @pytest.fixture
    def told(self, key: str) -> dict[str, Any]:
        return call("POST", "suggestions/", ASK, key=key).json()

    def report(self, told: dict[str, Any], key: str, **values: Any) -> Any:
        body = {"slug": "stuck-parcel.no-scan"} | values
        return call("POST", f"suggestions/{told['id']}/uses/", body, key=key)

    def test_picked_then_sent_then_scored_is_one_use(self, told: dict, key: str) -> None:
        assert self.report(told, key).status_code == 201
        sent = told["suggestions"][0]["text"].replace("{next_update_at}", "tomorrow")
        assert self.report(told, key, sent_text=sent).json()["edited_share"] < 0.1
        assert self.report(told, key, score=5).json()["is_good"] is True
        assert DeskUse.objects.count() == 1

    def test_scores_teach_the_ranking_and_only_once(self, told: dict, key: str) -> None:
        for _ in range(2):
            self.report(told, key, score=5)
        count = OutcomeCount.objects.get(scenario__slug="stuck-parcel.no-scan", emotion=0)
        assert (count.uses, count.good) == (1, 1)
        self.report(told, key, came_back=True)
        count = OutcomeCount.objects.get(scenario__slug="stuck-parcel.no-scan", emotion=0)
        assert (count.uses, count.good) == (1, 0)

    def test_a_reply_that_was_not_offered_is_refused(self, told: dict, key: str) -> None:
        answer = self.report(told, key, slug="refund-delay.not-arrived")
        assert (answer.status_code, answer.json()["code"]) == (422, "not_suggested")

    def test_another_token_s_suggestion_is_not_found(self, told: dict) -> None:
        assert self.report(told, token()).status_code == 404

    @pytest.mark.parametrize("score", [0, 6, "five"], ids=["low", "high", "word"])
    def test_scores_are_one_to_five(self, told: dict, key: str, score: object) -> None:
        assert self.report(told, key, score=score).status_code == 400

    def test_what_is_no_id_is_not_found(self, key: str) -> None:
        for name in ("-" * 36, "nothing"):
            answer = call("POST", f"suggestions/{name}/uses/", {"slug": "a.b"}, key=key)
            assert answer.status_code == 404


class TestTemplates:
    def test_the_list_can_be_narrowed(self) -> None:
        key = token()
        for query, n in (
            ("category=logistics", 2),
            ("category=general", 1),
            ("q=refund", 1),
            ("status=draft", 0),
            ("is_withdrawn=true", 0),
        ):
            assert len(call("GET", f"templates/?{query}", key=key).json()["results"]) == n, query

    def test_pages_follow_each_other(self) -> None:
        key = token()
        first = call("GET", "templates/?page_size=3", key=key).json()
        rest = Client().get(first["next"], headers={"Authorization": f"Bearer {key}"}).json()
        slugs = [one["slug"] for one in [*first["results"], *rest["results"]]]
        assert len(slugs) == len(set(slugs)) == 5

    def test_lists_take_the_same_statements_however_long(
        self, django_assert_max_num_queries: Any
    ) -> None:
        key = token()
        call("GET", "templates/", key=key)
        with django_assert_max_num_queries(4):
            call("GET", "templates/", key=key)

    def test_an_unchanged_answer_is_not_sent_again(self) -> None:
        key = token()
        first = call("GET", "templates/stuck-parcel.no-scan/", key=key)
        again = call(
            "GET",
            "templates/stuck-parcel.no-scan/",
            key=key,
            **{"If-None-Match": first["ETag"]},
        )
        assert (first.status_code, again.status_code) == (200, 304)

    def test_drafts_are_for_those_who_edit(self) -> None:
        Template.objects.filter(language="zh", variant="calm").update(body="草稿", status="draft")
        path = "templates/stuck-parcel.no-scan/"
        machine = call("GET", path, key=token()).json()
        editor = call("GET", path, key=token(by=make_user(role="editor"))).json()
        assert {one["body"] for one in machine["bodies"]} == {None}
        assert "草稿" in [one["body"] for one in editor["bodies"]]

    def test_an_unknown_one_is_404(self) -> None:
        assert call("GET", "templates/no.such/", key=token()).status_code == 404

    def test_writing_takes_scope_and_role(self) -> None:
        body = {
            "bodies": [{"language": "en", "variant": "calm", "version": 1, "body": "New {case_no}"}]
        }
        path = "templates/stuck-parcel.no-scan/"
        editor = make_user(role="editor")
        write = "knowledge:write"
        assert call("PATCH", path, body, key=token(by=editor)).status_code == 403
        assert call("PATCH", path, body, key=token(write)).status_code == 403
        done = call("PATCH", path, body, key=token(write, "knowledge:read", by=editor))
        assert done.status_code == 200
        [draft] = [one for one in done.json()["bodies"] if one["body"] == "New {case_no}"]
        assert (draft["status"], draft["version"]) == ("draft", 2)
        late = call(
            "PATCH",
            path,
            body | {"bodies": [body["bodies"][0] | {"body": "Late"}]},
            key=token(write, by=editor),
        )
        assert (late.status_code, late.json()["code"]) == (409, "edited_meanwhile")

    def test_unknown_variables_are_refused_with_their_place(self) -> None:
        body = {
            "bodies": [{"language": "en", "variant": "calm", "version": 1, "body": "Hi {nobody}"}]
        }
        key = token("knowledge:write", by=make_user(role="editor"))
        answer = call("PATCH", "templates/stuck-parcel.no-scan/", body, key=key)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_variables")
        assert "{nobody} (1:4)" in answer.json()["title"]

    def test_publishing_takes_the_right_to_approve(self) -> None:
        body = {"language": "en", "variant": "calm", "version": 2, "status": "published"}
        path = "templates/stuck-parcel.no-scan/status/"
        Template.objects.filter(
            scenario__slug="stuck-parcel.no-scan", language="en", variant="calm"
        ).update(body="New", status="review", version=2)
        editor, lead = make_user(role="editor"), make_user(role="lead")
        assert call("POST", path, body, key=token("knowledge:write", by=editor)).status_code == 403
        stale = call("POST", path, body | {"version": 1}, key=token("knowledge:write", by=lead))
        assert stale.status_code == 409
        done = call("POST", path, body, key=token("knowledge:write", by=lead))
        assert done.status_code == 200
        assert "New" in [one["published_body"] for one in done.json()["bodies"]]

    def test_versions_are_listed_newest_first(self) -> None:
        key = token(by=make_user(role="editor"))
        path = "templates/stuck-parcel.no-scan/versions/?language=zh&variant=calm"
        rows = call("GET", path, key=key).json()["results"]
        assert [(row["language"], row["number"], row["is_shipped"]) for row in rows] == [
            ("zh", 1, True)
        ]


def test_the_schema_tells_of_it() -> None:
    schema = call("GET", "schema/?format=json", key=token()).json()
    assert {"/api/v1/suggestions/", "/api/v1/suggestions/{id}/uses/", "/api/v1/templates/"} <= set(
        schema["paths"]
    )


def test_answers_are_wiped_after_a_day_and_unused_calls_go() -> None:
    from datetime import timedelta

    from common import clock
    from knowledgebase import services

    key = token()
    call("POST", "suggestions/", ASK, key=key, **{"Idempotency-Key": "k1"})
    services.forget_old_answers(now=clock.now() + timedelta(days=2))
    assert DeskSuggestion.objects.get().answer == {}
    services.forget_old_answers(now=clock.now() + timedelta(days=91))
    assert DeskSuggestion.objects.count() == 0
    assert ApiToken.objects.exists()


def test_a_token_can_have_a_person_s_role(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import CommandError, call_command

    editor = make_user(role="editor")
    call_command("create_token", "script", scopes="knowledge:write", user=editor.username)
    assert capsys.readouterr().out.startswith("rdr_")
    assert ApiToken.objects.get(name="script").user == editor
    with pytest.raises(CommandError):
        call_command("create_token", "script", scopes="knowledge:write", user="nobody")
