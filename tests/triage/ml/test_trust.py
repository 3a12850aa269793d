"""triage/ml/trust.py: wrong labels stand out, news and honest mistakes do not."""

from random import Random

from triage.ml.trust import Answer, doubtful, share_cap


def honest(person: int, count: int, *, slips: float = 0.05, seed: int = 0) -> list[Answer]:
    """Somebody who changes what is wrong, and now and then what is right."""
    rng = Random(f"{person}:{seed}")
    answers = []
    for _ in range(count):
        sure = rng.uniform(0.5, 0.99)
        answers.append(Answer(person, rng.random() > sure or rng.random() < slips, sure))
    return answers


def test_somebody_who_changes_everything_is_doubted() -> None:
    wrong = [Answer(9, True, 0.95) for _ in range(60)]
    doubts = doubtful(honest(1, 80) + honest(2, 80) + wrong)
    assert [doubt.person for doubt in doubts] == [9]
    assert doubts[0].changed == doubts[0].labels == 60


def test_the_only_labeller_is_measured_by_the_models_own_doubt() -> None:
    assert doubtful([Answer(9, True, 0.95) for _ in range(60)])
    assert not doubtful(honest(9, 200))


def test_mistakes_of_one_in_twenty_are_not_doubted() -> None:
    assert not doubtful([answer for person in range(6) for answer in honest(person, 150)])


def test_news_that_everybody_labels_is_not_doubted() -> None:
    news = [Answer(person, number % 2 == 0, 0.9) for person in range(5) for number in range(60)]
    assert not doubtful(news)


def test_few_labels_are_never_doubted() -> None:
    assert not doubtful([Answer(9, True, 0.99) for _ in range(19)])


def test_nobody_outweighs_all_others_together() -> None:
    people = [1] * 900 + [2] * 100
    assert share_cap(people).count(True) == 600


def test_two_hundred_labels_of_one_person_are_always_kept() -> None:
    assert all(share_cap([1] * 200))
