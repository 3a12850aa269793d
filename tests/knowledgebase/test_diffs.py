"""Comparing two texts by words."""

from knowledgebase.diffs import GONE, NEW, SAME, Part, side_by_side


def joined(parts: tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)


def test_equal_texts_have_no_marks() -> None:
    rows = side_by_side("one\ntwo", "one\ntwo")
    assert [row.is_changed for row in rows] == [False, False]


def test_chinese_is_compared_by_characters_and_variables_stay_whole() -> None:
    [row] = side_by_side("{order_no}尽快处理", "{case_no}明天处理")
    assert Part("{order_no}尽快", GONE) in row.old
    assert Part("{case_no}明天", NEW) in row.new
    assert Part("处理", SAME) in row.old


def test_both_sides_keep_their_whole_text() -> None:
    old = "Hello {customer_name},\n\nwe are late.\nSorry"
    new = "Hello {customer_name},\nwe were late, sorry.\n\nAnna"
    rows = side_by_side(old, new)
    assert [joined(row.old) for row in rows if row.old] == old.splitlines()
    assert [joined(row.new) for row in rows if row.new] == new.splitlines()


def test_a_line_that_came_stands_alone() -> None:
    rows = side_by_side("first line\nlast line", "first line\nquite another thing 42\nlast line")
    assert [row.old == () for row in rows] == [False, True, False]


def test_huge_lines_are_compared_as_wholes() -> None:
    [row] = side_by_side("a " * 3000, "b " * 3000)
    assert [part.kind for part in row.old] == [GONE]
    assert [part.kind for part in row.new] == [NEW]
