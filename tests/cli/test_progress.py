"""What a grading run shows while it goes on: live, in lines, as JSON for programs."""

import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.app.progress import (
    JobBegun,
    JobEnded,
    MarkChanged,
    Received,
    Remaining,
    Started,
    Tally,
    Unchanged,
)
from grader.cli.json_lines import JsonDisplay
from grader.cli.progress import LineDisplay, LiveDisplay, duration, remaining
from grader.domain.report import Environment, LabReport, SubmissionRecord, Ungraded
from grader.languages.catalogue import language

DOCUMENT = Path(__file__).parents[2] / "docs" / "progress.md"


class Clock:
    """A clock that goes on when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def graded(student="ada", score=100, *, number=1, before=None):
    report = LabReport(
        lab="tiny",
        lab_title="Tiny",
        lab_version="1.0",
        student=student,
        score=score,
        max_score=100,
        seed="1",
        submission=SubmissionRecord(sha256="ab" * 32, files=()),
        environment=Environment(python="3.11", numpy="2", isolation="none"),
        tasks=(),
        checks=(),
        graded_at=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=1.5,
        cpu_seconds=1,
    )
    return JobEnded(report, before=before, number=number)


def ungraded(student="eve"):
    problem = Ungraded(
        student=student, lab="tiny", whose="lab", where="tiny.py", message="no lab"
    )
    return JobEnded(problem, number=2)


def started(total=4, unchanged=0):
    return Started(total, unchanged, {"tiny": total - unchanged}, 2)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.9, "60 s"),
        (61, "1 min"),
        (98, "1 min 40 s"),
        (119, "2 min"),
        (598, "10 min"),
        (619, "10 min"),
        (3599, "1 h"),
        (5400, "1 h 30 min"),
        (100_000, "27 h 47 min"),
    ],
)
def test_a_duration_is_as_precise_as_it_is_of_use(seconds, text):
    assert duration(seconds) == text


def test_what_is_not_known_is_not_made_up():
    assert remaining(None) == "time left not known yet"
    assert remaining(Remaining(150, at_least=True)) == "at least 2 min 30 s left"
    assert remaining(Remaining(150, at_least=False)) == "about 2 min 30 s left"


class Screen:
    """A terminal of some size, and a run that is shown on it."""

    def __init__(self, width, height=24):
        self.clock = Clock()
        self.tally = Tally(self.clock)
        self.console = Console(
            file=io.StringIO(), force_terminal=True, width=width, height=height
        )
        self.display = LiveDisplay(self.console, self.tally)

    def take(self, *notices):
        for notice in notices:
            self.tally.take(notice)
            self.display.take(notice)

    @property
    def lines(self):
        lines = self.console.render_lines(self.display._render(), pad=False)
        return ["".join(piece.text for piece in line).rstrip() for line in lines]


def a_class_in_the_middle(screen):
    screen.take(started(total=40))
    for number in range(3):
        screen.take(JobBegun(number, f"s{number}", "tiny", "1"))
        screen.clock.now += 2
        screen.take(graded(f"s{number}", number=number))
    screen.take(JobBegun(7, "Ada Lovelace", "tiny", "1"))
    screen.clock.now += 9
    screen.take(JobBegun(8, "Kim", "tiny", "2"), ungraded())
    screen.clock.now += 2


def test_a_terminal_shows_counts_time_left_and_what_runs():
    screen = Screen(80)
    a_class_in_the_middle(screen)

    bar, facts, slow, other = screen.lines

    assert bar.startswith("grading ")
    assert bar.endswith(" 4/40")
    # 34 of 2 s each wait for two processes, and nobody knows how long the slow one takes;
    # three ended in the 13 s after the first
    assert facts == "3 graded, 1 not graded · at least 34 s left · 14 a minute"
    assert slow.split() == ["Ada", "Lovelace", "tiny", "11", "s", "slow"]
    assert other.split() == ["Kim", "tiny", "2", "s"]


def test_on_a_narrow_terminal_the_name_gives_way():
    screen = Screen(50)
    a_class_in_the_middle(screen)
    screen.take(JobBegun(9, "Wolfeschlegelsteinhausenbergerdorff", "tiny", "2"))

    bar, *_, slow, long = screen.lines

    assert bar.endswith(" 4/40")
    assert slow.split() == ["Ada", "Lovelace", "tiny", "11", "s", "slow"]
    assert long.startswith("Wolfeschlegelsteinha")
    assert long.split()[1:] == ["tiny", "0", "s"]


@pytest.mark.parametrize("width", [1, 10, 20, 30])
def test_no_terminal_is_too_narrow(width):
    screen = Screen(width)
    a_class_in_the_middle(screen)

    assert all(cell_len(line) <= width for line in screen.lines)


def test_a_name_reaches_no_terminal_as_a_command():
    screen = Screen(80)
    screen.take(started(), JobBegun(1, "eve\x1b[31m\x1b]0;x\x07 [red]b[/red]", "tiny"))

    assert "eve]0;x [red]b[/red]" in screen.lines[2]


def test_a_machine_is_named_and_a_process_is_not():
    screen = Screen(80)
    screen.take(started(), JobBegun(1, "ada", "tiny", "node7"))
    screen.take(JobBegun(2, "bob", "tiny", "1"))

    assert screen.lines[2].split()[:4] == ["ada", "tiny", "on", "node7"]
    assert screen.lines[3].split()[:3] == ["bob", "tiny", "0"]


def test_a_large_machine_does_not_fill_the_screen():
    screen = Screen(80)
    screen.take(Started(99, 0, {"tiny": 99}, 64))
    screen.take(*(JobBegun(n, f"s{n}", "tiny", str(n)) for n in range(64)))

    assert len(screen.lines) == 2 + 12 + 1
    assert screen.lines[-1] == "and 52 more"


def test_before_it_is_known_what_there_is_the_hand_ins_are_counted():
    screen = Screen(80)
    screen.take(Received(123))

    assert screen.lines[0].startswith("reading ")
    assert screen.lines[0].endswith(" 123")


def test_a_live_display_leaves_the_screen_as_it_was():
    screen = Screen(80)
    with screen.display:
        a_class_in_the_middle(screen)
        screen.display._live.refresh()

    # up and away with each line that it wrote
    assert screen.console.file.getvalue().count("\x1b[1A\x1b[2K") >= len(screen.lines)
    assert screen.console.file.getvalue().endswith("\x1b[2K")


def printed(notices, clock=None):
    out = Console(file=io.StringIO(), width=400)
    tally = Tally(clock or Clock())
    display = LineDisplay(out, tally)
    for notice in notices:
        tally.take(notice)
        display.take(notice)
    return out.file.getvalue().splitlines()


def test_elsewhere_each_hand_in_is_a_line():
    notices = [
        started(total=5, unchanged=2),
        Unchanged("bob", "tiny", 40, 100, "0"),
        Unchanged("kim", "tiny", 40, 100, "0"),
        graded("ada", 62.5),
        ungraded("eve\x1b[31m"),
        graded("max", 80, before=60),
    ]

    lines = printed(notices)

    assert lines == [
        "2 of 5 are unchanged",
        "3/5 ada tiny: 62.5",
        "4/5 eve tiny: NOT GRADED",
        "5/5 max tiny: 60 → 80",
    ]


def test_elsewhere_ten_lines_say_how_far_a_run_of_any_size_is():
    clock = Clock()

    def run():
        yield started(total=1000)
        for number in range(1000):
            yield JobBegun(number, "ada", "tiny", "1")
            clock.now += 3
            yield graded(number=number)

    lines = [line for line in printed(run(), clock) if " of 1000" in line]

    assert len(lines) == 9
    # 900 of 3 s, shared by two processes: 22 1/2 minutes
    assert lines[0] == "100 of 1000: 100 graded; about 22 min left"


@pytest.fixture
def stream():
    """A JSON display whose clock goes on by a second a line, and what it wrote."""
    seconds = itertools.count()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    display = JsonDisplay(
        out,
        run={"out": "results"},
        now=lambda: start + timedelta(seconds=next(seconds)),
    )

    def lines():
        return [json.loads(line) for line in out.buffer.getvalue().splitlines()]

    return display, lines


EVERYTHING = (
    Received(4),
    started(unchanged=1),
    Unchanged("kim", "tiny", 40, 100, "cd" * 32),
    JobBegun(1, "ada", "tiny", "2"),
    graded("ada", 80, before=60),
    ungraded(),
    MarkChanged("ada", "tiny", 60, 80, ("best of 2 attempts",)),
)


def test_every_line_is_one_object_with_its_event_and_time(stream):
    display, lines = stream

    for notice in EVERYTHING:
        display.take(notice)

    told = [(line["event"], line["at"]) for line in lines()]
    assert told == [
        ("run", "2026-01-01T00:00:00.000+00:00"),
        ("graded", "2026-01-01T00:00:01.000+00:00"),
        ("begun", "2026-01-01T00:00:02.000+00:00"),
        ("graded", "2026-01-01T00:00:03.000+00:00"),
        ("ungraded", "2026-01-01T00:00:04.000+00:00"),
        ("changed", "2026-01-01T00:00:05.000+00:00"),
    ]


def test_a_line_is_there_as_soon_as_it_happens(stream):
    display, lines = stream

    display.take(JobBegun(1, "Größe\n\x1b", "tiny", "2"))

    assert [line["student"] for line in lines()] == ["Größe\n\x1b"]


def test_a_graded_line_says_what_the_score_was(stream):
    display, lines = stream
    for notice in EVERYTHING:
        display.take(notice)

    same, new = (line for line in lines() if line["event"] == "graded")

    assert (same["unchanged"], same["before"], same["score"]) == (True, 40, 40)
    assert (new["unchanged"], new["before"], new["score"]) == (False, 60, 80)
    assert (new["sha256"], new["seconds"], new["job"]) == ("ab" * 32, 1.5, 1)


def test_every_field_is_documented(stream):
    display, lines = stream
    for notice in EVERYTHING:
        display.take(notice)
    text = DOCUMENT.read_text(encoding="utf-8")

    for line in lines():
        assert f"`{line['event']}`" in text
        assert [field for field in line if f"`{field}`" not in text] == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (7, "осталось не меньше 7 с"),
        (95, "осталось не меньше 1 мин 35 с"),
        (3 * 3600, "осталось не меньше 3 ч"),
    ],
)
def test_how_long_the_rest_takes_is_told_in_russian(seconds, told):
    assert remaining(Remaining(seconds, at_least=True), language("ru")) == told
