"""How far long commands are: lines that make sense in a file, too."""

import threading

from triage.management.progress import Progress, still_at_it


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_lines_come_at_most_every_few_seconds_and_at_the_end() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = Progress(lines.append, every_seconds=5.0, tell=clock)
    for second in range(1, 11):
        clock.seconds = second
        progress.at(second * 100, 1_000)
    assert lines == [
        "500 of 1,000 tickets (50.0%), 100 a second, 0 min left",
        "1,000 of 1,000 tickets (100.0%), 100 a second, 0 min left",
    ]


def test_what_an_earlier_run_did_does_not_make_this_one_fast() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = Progress(lines.append, every_seconds=5.0, tell=clock)
    progress.begin(400_000)
    clock.seconds = 10
    progress.at(400_600, 1_000_000)
    assert lines == ["400,600 of 1,000,000 tickets (40.1%), 60 a second, 166 min left"]


def test_nothing_to_do_is_all_done() -> None:
    lines: list[str] = []
    Progress(lines.append, tell=Clock()).at(0, 0)
    assert lines == ["0 of 0 tickets (100.0%), 0 a second, 0 min left"]


def test_a_long_step_is_told_again_until_it_ends() -> None:
    lines: list[str] = []
    repeated = threading.Event()

    def write(line: str) -> None:
        lines.append(line)
        if line.endswith("so far"):
            repeated.set()

    with still_at_it(write, every_seconds=0.01) as say:
        say("Learning")
        assert repeated.wait(10)
    told = len(lines)
    assert lines[0] == "Learning"
    assert lines[1].startswith("Learning: ")
    repeated.wait(0.05)
    assert len(lines) == told
