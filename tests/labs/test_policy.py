"""`course.toml`: what it can say, and each way of getting it wrong, by its line."""

from datetime import UTC, date, datetime

import pytest

from grader.domain.policy import Enrolled, LateRule
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.policy import read_policy

ROSTER = "student;name;section\nada;Ada Lovelace;A\nbob;Bob Ross;B\n"


@pytest.fixture
def course(tiny_course, tmp_path):
    """A course of the labs `tiny` and `more`, with a roster of ada and bob."""
    for name in ("tiny", "more"):
        lab = tmp_path / "assignments" / name
        lab.mkdir(parents=True)
        text = (tiny_course.assignment("tiny") / "lab.toml").read_text()
        (lab / "lab.toml").write_text(text.replace('name = "tiny"', f'name = "{name}"'))
    (tmp_path / "roster.csv").write_text(ROSTER)
    return Course(tmp_path)


@pytest.fixture
def policy(course):
    """Return a function that reads a policy from text."""

    def read(text):
        (course.root / "course.toml").write_bytes(text.encode())
        return read_policy(course)

    return read


def rules(policy, lab="tiny"):
    return next(one for one in policy.labs if one.lab == lab)


def test_without_a_file_everything_counts_as_it_is(course):
    policy = read_policy(course)

    assert not policy.stated
    assert {(one.lab, one.due, one.weight, one.attempts) for one in policy.labs} == {
        ("tiny", None, 1, "best"),
        ("more", None, 1, "best"),
    }
    assert policy.roster is None


def test_an_empty_file_is_a_policy_that_changes_nothing(policy):
    stated = policy("")

    assert stated.stated
    assert [one.weight for one in stated.labs] == [1, 1]


def test_a_local_time_is_read_in_the_course_s_zone(policy):
    text = 'timezone = "Europe/Moscow"\n[labs.tiny]\ndue = 2026-03-05T23:59:00\n'

    assert rules(policy(text)).due == datetime(2026, 3, 5, 20, 59, tzinfo=UTC)


def test_a_time_with_an_offset_is_itself(policy):
    text = 'timezone = "Europe/Moscow"\ndue = 2026-03-05T23:59:00+01:00\n'

    assert rules(policy(text)).due == datetime(2026, 3, 5, 22, 59, tzinfo=UTC)


def test_a_date_is_the_whole_day(policy):
    due = rules(policy("due = 2026-03-05\n")).due

    assert datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC) < due
    assert due < datetime(2026, 3, 6, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_later_is_meant(policy):
    # at three the clocks of Berlin went back to two
    text = 'timezone = "Europe/Berlin"\ndue = 2026-10-25T02:30:00\n'

    due = rules(policy(text)).due

    assert due.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_lab_says_what_is_different_for_it(policy):
    stated = policy(
        "due = 2026-03-05\ncloses = 2026-03-20\ngrace_minutes = 15\n"
        'attempts = "last"\nafter_closing = "zero"\n'
        'late = { percent = 10, at_most = 50, of = "score" }\n'
        '[labs.tiny]\n[labs.more]\ngrace_minutes = 0\nlate = "none"\nattempts = "best"\n'
        'after_closing = "refused"\nweight = 2.5\n'
    )

    tiny, more = rules(stated, "tiny"), rules(stated, "more")

    assert (tiny.grace_minutes, tiny.attempts, tiny.after_closing) == (
        15,
        "last",
        "zero",
    )
    assert tiny.late == LateRule(percent=10, at_most=50, of="score")
    assert (more.grace_minutes, more.attempts, more.weight) == (0, "best", 2.5)
    assert (more.late.percent, more.after_closing) == (0, "refused")
    assert more.due == tiny.due


def test_where_labs_are_listed_others_do_not_count(policy):
    stated = policy("[labs.tiny]\nweight = 3\n")

    assert (rules(stated, "tiny").weight, rules(stated, "more").weight) == (3, 0)


def test_students_extensions_and_excuses(policy):
    stated = policy(
        'roster = "roster.csv"\ndue = 2026-03-05\n'
        '[[extensions]]\nstudent = "ada"\ndays = 2\nreason = "ill"\n'
        '[[extensions]]\nstudent = "bob"\nlab = "tiny"\ndue = 2026-03-09T12:00:00\n'
        '[[excused]]\nstudent = "ada"\nlab = "more"\n'
    )

    assert stated.roster == (
        Enrolled(student="ada", name="Ada Lovelace", group="A"),
        Enrolled(student="bob", name="Bob Ross", group="B"),
    )
    assert [(one.student, one.lab, one.days) for one in stated.extensions] == [
        ("ada", None, 2),
        ("bob", "tiny", 0),
    ]
    assert stated.extensions[1].due.date() == date(2026, 3, 9)
    assert [(one.student, one.lab) for one in stated.excused] == [("ada", "more")]


def test_what_is_granted_to_a_team_is_granted_to_each_member(policy, course):
    (course.root / "roster.csv").write_text("student,team\nada,Red\nbob,Red\ncy,\n")

    stated = policy(
        'roster = "roster.csv"\ndue = 2026-03-05\n'
        '[[extensions]]\nstudent = "Red"\ndays = 2\n'
        '[[excused]]\nstudent = "Red"\nlab = "more"\n'
    )

    assert [one.student for one in stated.extensions] == ["ada", "bob"]
    assert [one.student for one in stated.excused] == ["ada", "bob"]


def test_who_is_no_student_and_no_team_is_told(policy, course):
    (course.root / "roster.csv").write_text("student,team\nada,Red\n")

    with pytest.raises(LabError, match="expected a student or a team on it"):
        policy('roster = "roster.csv"\n[[excused]]\nstudent = "zoe"\nlab = "tiny"\n')


def test_a_file_from_windows_is_read(policy):
    stated = policy("\ufeffdrop_lowest = 1\r\ndecimals = 0\r\n")

    assert (stated.drop_lowest, stated.decimals) == (1, 0)


DUE = "due = 2026-03-05\n"
MOMENT = "a date, or a date with a time such as 2026-03-05T23:59:00"
WRONG = [
    pytest.param(
        '# the course\n\ntimezne = "UTC"\n',
        "line 3: timezne: got a key that nobody knows; did you mean timezone?",
        id="unknown-key",
    ),
    pytest.param(
        "[labs.tiny]\nroom = 2\n",
        "line 2: labs.tiny.room: got a key that nobody knows, expected one of due, "
        "closes, after_closing, grace_minutes, late, attempts, weight",
        id="unknown-key-of-a-lab",
    ),
    pytest.param(
        "[late]\npercent = 10\nmost = 50\n",
        "line 3: late.most: got a key that nobody knows; did you mean at_most?",
        id="unknown-key-of-late",
    ),
    pytest.param(
        'timezone = "Moscow"\n',
        'line 1: timezone: got "Moscow"; did you mean Europe/Moscow?',
        id="unknown-zone",
    ),
    pytest.param(
        'timezone = "../zone"\n',
        'line 1: timezone: got "../zone", expected a zone such as "Europe/Moscow"',
        id="no-zone-at-all",
    ),
    pytest.param(
        "decimals = 3\n", "line 1: decimals: got 3, expected 0, 1 or 2", id="decimals"
    ),
    pytest.param(
        "drop_lowest = true\n",
        "line 1: drop_lowest: got true, expected a whole number that is not negative",
        id="a-truth-is-no-number",
    ),
    pytest.param(
        "drop_lowest = 2\n",
        "line 1: drop_lowest: got 2, expected fewer than the 2 that count",
        id="all-dropped",
    ),
    pytest.param(
        'due = "tomorrow"\n',
        f'line 1: due: got "tomorrow", expected {MOMENT}',
        id="a-text-is-no-date",
    ),
    pytest.param(
        "due = 23:59:00\n", f"line 1: due: got 23:59:00, expected {MOMENT}", id="no-day"
    ),
    pytest.param(
        'timezone = "Europe/Berlin"\ndue = 2026-03-29T02:30:00\n',
        "line 2: due: got 2026-03-29T02:30, expected a time that a clock in "
        "Europe/Berlin shows",
        id="an-hour-that-was-left-out",
    ),
    pytest.param(
        "due = 0026-03-29\n",
        "line 1: due: got 0026-03-29, expected a year from 1970 on",
        id="a-short-year",
    ),
    pytest.param(
        "[labs.tiny]\nweight = 1\n\n[labs.tony]\n",
        'line 4: labs.tony: got "tony", which is no lab of this course; did you mean tiny?',
        id="unknown-lab",
    ),
    pytest.param(
        "[labs.tiny]\nweight = -1\n",
        "line 2: labs.tiny.weight: got -1, expected a number that is not negative",
        id="negative-weight",
    ),
    pytest.param(
        "labs.tiny = 3\n",
        "line 1: labs.tiny: got 3, expected a table of keys",
        id="no-table",
    ),
    pytest.param(
        'late = "never"\n',
        'line 1: late: got "never", expected "none" or a table with per, percent, of and '
        "at_most",
        id="late-in-a-word",
    ),
    pytest.param(
        'late = { per = "day" }\n',
        "line 1: late: got no percent, expected percent, a number from 0 to 100",
        id="late-without-a-price",
    ),
    pytest.param(
        '[labs.tiny.late]\npercent = 10\nper = "week"\n',
        'line 3: labs.tiny.late.per: got "week", expected "day" or "hour"',
        id="per-week",
    ),
    pytest.param(
        "late.percent = 101\n",
        "line 1: late.percent: got 101, expected a number from 0 to 100",
        id="more-than-all",
    ),
    pytest.param(
        'attempts = "mean"\n',
        'line 1: attempts: got "mean", expected "best" or "last"',
        id="attempts",
    ),
    pytest.param(
        'attempts = ["best"]\n',
        'line 1: attempts: got an array, expected "best" or "last"',
        id="an-array",
    ),
    pytest.param(
        "decimals = { of = 2 }\n",
        "line 1: decimals: got a table, expected 0, 1 or 2",
        id="a-table",
    ),
    pytest.param(
        '[[extensions]]\nstudent = "ada"\nday = 1\n',
        "line 3: extensions[1].day: got a key that nobody knows; did you mean days?",
        id="unknown-key-of-an-extension",
    ),
    pytest.param(
        '[[excused]]\nstudent = "ada"\nlabs = "tiny"\n',
        "line 1: excused[1]: got no lab, expected lab, a lab's name",
        id="excused-without-a-lab",
    ),
    pytest.param(
        '[[excused]]\nstudent = "ada"\nlab = "tiny"\nreasons = "ill"\n',
        "line 4: excused[1].reasons: got a key that nobody knows; did you mean reason?",
        id="unknown-key-of-an-excuse",
    ),
    pytest.param(
        "grace_minutes = -5\n",
        "line 1: grace_minutes: got -5, expected minutes, 0 to 10080",
        id="negative-grace",
    ),
    pytest.param(
        "[labs.tiny]\ndue = 2026-03-05T12:00:00\ncloses = 2026-03-04T12:00:00\n",
        "line 3: labs.tiny.closes: got 2026-03-04T12:00+00:00, expected a date after it "
        "is due, 2026-03-05T12:00+00:00",
        id="closes-before-it-is-due",
    ),
    pytest.param(
        "due = 2026-03-01\ncloses = 2026-03-06T12:00:00Z\n[labs.tiny]\n"
        "due = 2026-03-07T12:00:00Z\n",
        "line 4: labs.tiny.due: got 2026-03-07T12:00+00:00, expected a date before it "
        "closes, 2026-03-06T12:00+00:00",
        id="due-after-the-common-closing",
    ),
    pytest.param(
        "[labs.tiny]\ncloses = 2026-03-04\n",
        "line 2: labs.tiny.closes: got 2026-03-04, expected that the lab has a due date "
        "too",
        id="closes-and-is-never-due",
    ),
    pytest.param(
        'roster = "rooster.csv"\n',
        'line 1: roster: got "rooster.csv", which is not there, expected the name of a '
        "CSV file beside it",
        id="no-roster",
    ),
    pytest.param(
        f'{DUE}roster = "roster.csv"\n[[extensions]]\nstudent = "ade"\ndays = 1\n',
        'line 4: extensions[1].student: got "ade", who is not on the roster roster.csv; '
        "did you mean ada?",
        id="extension-for-a-stranger",
    ),
    pytest.param(
        f'{DUE}extensions = [\n  {{ student = "ada", days = 1 }},\n'
        '  { student = "bob", days = 0 },\n]\n',
        "line 4: extensions[2].days: got 0, expected a number of days, more than 0 and at "
        "most 3660",
        id="no-days",
    ),
    pytest.param(
        f'{DUE}[[extensions]]\nstudent = "ada"\n',
        "line 2: extensions[1]: got neither due nor days, expected one of them",
        id="an-extension-of-nothing",
    ),
    pytest.param(
        f'{DUE}[[extensions]]\nstudent = "ada"\ndue = 2026-03-09\ndays = 1\n',
        "line 2: extensions[1]: got both due and days, expected one of them",
        id="both",
    ),
    pytest.param(
        f"{DUE}[[extensions]]\ndays = 1\n",
        "line 2: extensions[1]: got no student, expected student, a student's name, as "
        "the folder of the hand-ins is called",
        id="an-extension-for-nobody",
    ),
    pytest.param(
        f'{DUE}[[extensions]]\nstudent = "ada"\nlab = "tinny"\ndays = 1\n',
        'line 4: extensions[1].lab: got "tinny", which is no lab of this course; did you '
        "mean tiny?",
        id="extension-of-an-unknown-lab",
    ),
    pytest.param(
        '[[extensions]]\nstudent = "ada"\nlab = "tiny"\ndays = 1\n',
        'line 3: extensions[1].lab: got "tiny", which has no due date, expected a lab '
        "that has one",
        id="nothing-to-extend",
    ),
    pytest.param(
        'due = 2026-03-05T12:00:00\n[[extensions]]\nstudent = "ada"\ndue = 2026-03-04\n',
        "line 4: extensions[1].due: got 2026-03-04, expected a date after the lab's, "
        "2026-03-05T12:00+00:00",
        id="an-extension-that-shortens",
    ),
    pytest.param(
        'roster = "roster.csv"\n[[excused]]\nstudent = "zoe"\nlab = "tiny"\n',
        'line 3: excused[1].student: got "zoe", who is not on the roster roster.csv, '
        "expected a student who is on it",
        id="a-stranger-excused",
    ),
    pytest.param(
        '[[excused]]\nstudent = "ada"\nlab = "x"\n',
        'line 3: excused[1].lab: got "x", which is no lab of this course, expected one of '
        "more, tiny",
        id="excused-from-nothing",
    ),
    pytest.param(
        "a = 1\n\na = 2\n", "line 3: not TOML: Cannot overwrite a value", id="twice"
    ),
    pytest.param(
        "due = 2026-03-05\nlabs = [\n",
        "line 3: not TOML: Invalid value",
        id="not-closed",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_mistake_is_one_line_that_says_where_and_what(policy, course, text, message):
    with pytest.raises(LabError) as caught:
        policy(text)

    assert str(caught.value) == f"{course.root / 'course.toml'}, {message}"


def test_of_several_mistakes_the_first_line_is_told(policy):
    with pytest.raises(LabError, match="line 1: decimals"):
        policy("decimals = 9\n\n[labs.tiny]\nweight = -1\n")


def test_what_is_quoted_can_steer_no_terminal(policy):
    with pytest.raises(LabError) as caught:
        policy('"a\\u001b[31m\\nb" = 1\n')

    assert str(caught.value).isprintable()


def test_bytes_that_are_no_utf_8_are_refused_by_their_line(course):
    (course.root / "course.toml").write_bytes(b"# Z\xc3\xbcrich\n# Z\xfcrich\n")

    with pytest.raises(LabError, match="line 2: not UTF-8"):
        read_policy(course)


@pytest.mark.parametrize("kind", ["folder", "dangling-link"])
def test_a_policy_that_can_t_be_read_is_not_taken_for_none(course, kind):
    path = course.root / "course.toml"
    path.mkdir() if kind == "folder" else path.symlink_to("nowhere.toml")

    with pytest.raises(LabError, match=r"course\.toml can't be read: "):
        read_policy(course)
