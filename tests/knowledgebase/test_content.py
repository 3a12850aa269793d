"""Reading and checking the shipped replies."""

from datetime import date
from pathlib import Path

import pytest

from knowledgebase import content, scenarios

GOOD = '''
slug = "lost-parcel.reship"
category = "logistics.lost-parcel"
remedy = "RS"
offer = "O2"
limit = ""
legal = []
jurisdiction = []
[conditions]
order_state = ["shipped"]
note_en = "Use it."
note_zh = "可用。"
[title]
en = "Lost parcel: reship"
zh = "包裹丢失·补发"
[examples]
en = ["one is lost", "two is gone", "three", "four", "five"]
zh = ["一件丢了", "两件没了", "三", "四", "五"]
[body.en]
calm = """
Thank you, {customer_name}. I am sorry parcel {tracking_no} is lost; I reship it by {new_eta}.
{agent_name}"""
angry = """We lost parcel {tracking_no}, I am sorry. {owner_name} reships it by {new_eta}."""
[body.zh]
calm = """{customer_name}您好,包裹{tracking_no}丢失,给您添麻烦了。我{new_eta}前补发。{agent_name}"""
angry = """包裹{tracking_no}是我们弄丢的,对不起。{owner_name}负责,{new_eta}前补发到您手上。"""
'''


@pytest.fixture
def write(tmp_path: Path):
    def write_it(text: str, name: str = "reship") -> Path:
        path = tmp_path / "lost-parcel" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write_it


def test_a_good_file_has_no_problems(write) -> None:
    assert [str(p) for p in content.check_paths([write(GOOD)])] == []


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('slug = "lost-parcel.reship"', 'slug = "lost-parcel.resend"', "slug", "not a scenario"),
        ('"logistics.lost-parcel"', '"quality.defective"', "category", "should be"),
        ('remedy = "RS"', 'remedy = "XX"', "remedy", "not a remedy code"),
        ('offer = "O2"', 'offer = "O9"', "offer", "not an offer"),
        ('order_state = ["shipped"]', 'order_state = ["sent"]', "conditions", "order state"),
        ("legal = []", 'legal = ["CN Art 25"]', "jurisdiction", "no jurisdiction"),
        ('"four", "five"]\nzh', '"four"]\nzh', "examples.en", "wanted 5 to 8"),
        ('"two is gone"', '"One, is lost!"', "examples.en", "twice"),
        ("{new_eta}.\n{agent_name}", "{eta}.\n{agent_name}", "en/calm", "T1"),
        ("I am sorry parcel", "Parcel", "en/calm", "T12"),
        ("是我们弄丢的,对不起", "已经丢失,抱歉", "zh/angry", "T12"),
        ("{owner_name} reships it by {new_eta}", "It will come", "en/angry", "T14"),
        ("Thank you,", "Thank you, " + "really " * 130, "en/calm", "T13"),
        ("给您添麻烦了", "给您添麻烦了亲~", "zh/calm", "T10"),
        ('remedy = "RS"', 'remedy = "RS"\nextra = 1', "head", "unknown key"),
    ],
)
def test_each_fault_is_named_with_its_place(write, old, new, place, words) -> None:
    assert old in GOOD
    problems = content.check_paths([write(GOOD.replace(old, new))])
    assert any(p.place == place and words in p.message for p in problems), problems


def test_a_file_that_is_no_toml_is_one_problem(write) -> None:
    [problem] = content.check_paths([write("slug = ")])
    assert "not readable" in problem.message


def test_a_file_in_the_wrong_place_is_noticed(write) -> None:
    problems = content.check_paths([write(GOOD, name="other")])
    assert any("file should be lost-parcel/reship.toml" in p.message for p in problems)


def test_two_bodies_that_say_the_same_are_noticed(write) -> None:
    second = GOOD.replace("lost-parcel.reship", "lost-parcel.refund")
    problems = content.check_paths([write(GOOD), write(second, name="refund")])
    assert any("nearly the same as" in p.message for p in problems)


def test_missing_scenarios_are_listed_when_all_are_wanted(write) -> None:
    missing = content.check_paths([write(GOOD)], complete=True)
    assert len([p for p in missing if p.message == "scenario has no file"]) == 230


def test_a_file_nobody_read_again_is_named_until_it_is_noted(write) -> None:
    path = write(GOOD)
    assert _second_reading(path) == ["not read by a second person"]
    assert content.main(["read-again", str(path), "--on", "2026-11-22"]) == 0
    assert content.read_article(path).second_reading["on"] == date(2026, 11, 22)
    assert _second_reading(path) == []


def test_a_body_changed_after_its_second_reading_is_named(write) -> None:
    path = write(GOOD)
    content.main(["read-again", str(path)])
    write(path.read_text("utf-8").replace("I am sorry parcel", "I am sorry that parcel"))
    assert _second_reading(path) == ["changed since its second reading"]
    content.main(["read-again", str(path)])
    assert _second_reading(path) == []
    assert path.read_text("utf-8").count("[second_reading]") == 1


def _second_reading(path: Path) -> list[str]:
    found = content.check_paths([path], complete=True)
    return [problem.message for problem in found if problem.place == "second_reading"]


def test_the_command_ends_with_one_when_there_are_problems(write, capsys) -> None:
    assert content.main(["check", str(write(GOOD))]) == 0
    assert content.main(["check", str(write(GOOD.replace('"RS"', '"XX"')))]) == 1
    assert "1 problems" in capsys.readouterr().out


def test_there_are_231_scenarios_with_titles_in_both_languages() -> None:
    every = scenarios.all_scenarios()
    assert len(every) == len(scenarios.by_slug()) == 231
    found = scenarios.by_slug()["lost-parcel.reship"]
    assert (found.title("en"), found.title("zh")) == ("Lost parcel: reship", "包裹丢失·补发")
    assert all(one.title_zh and one.title_en for one in every)


def test_scenarios_and_taxonomy_name_the_same_categories() -> None:
    from tickets.taxonomy import SUBS, sub_label

    shipped = {one.category for one in scenarios.all_scenarios() if one.category}
    assert shipped == set(SUBS)
    for one in scenarios.all_scenarios():
        if one.category:
            assert one.title_zh.partition("·")[0] == sub_label(one.category, "zh")


def test_the_shipped_library_is_complete_and_has_no_problem() -> None:
    assert [str(problem) for problem in content.check_paths([content.ROOT], complete=True)] == []


def test_every_shipped_file_can_be_read() -> None:
    articles = content.read_all()
    assert {article.slug for article in articles} <= set(scenarios.by_slug())
    for article in articles:
        assert set(article.body) == {"zh", "en"}
