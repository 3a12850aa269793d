"""Working through due rows: faults hold nobody back, and a turn has an end."""

from common.sweeping import each


def test_a_row_that_fails_holds_no_other_back() -> None:
    done: list[int] = []

    def verb(key: int) -> None:
        if key == 2:
            raise ValueError(key)
        done.append(key)

    assert each([1, 2, 3], verb)
    assert done == [1, 3]


def test_a_turn_ends_after_its_time_and_says_that_more_is_left() -> None:
    done: list[int] = []
    assert not each([1, 2, 3], done.append, seconds=1e-9)
    assert done == [1]
